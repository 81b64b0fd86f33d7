"""What pages show, read from the rooms; nothing here writes."""
