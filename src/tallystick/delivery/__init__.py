"""How it reaches them: e-mail and print batches."""
