"""What is owed: append-only balanced postings per account."""
