"""What it adds up to: billing rollup, payments rollup, the gap, receivables."""
