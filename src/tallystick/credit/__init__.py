"""How much they may owe: holds on customer credit and room."""
