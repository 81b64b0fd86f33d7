"""What it looks like: the PDF of a posted document."""
