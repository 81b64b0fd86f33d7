"""What the figures mean: pure, without tables."""
