"""What the portal says, in each language."""
