"""What the state adds: treatment and rate for a dated supply."""
