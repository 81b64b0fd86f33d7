"""What a customer can open."""
