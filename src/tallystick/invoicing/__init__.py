"""What we ask for: bill runs, documents, posting, numbers, settlement."""
