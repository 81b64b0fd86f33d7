"""What it costs: terms, quantity and period become charges. Pure: no tables, no clock, no Django."""
