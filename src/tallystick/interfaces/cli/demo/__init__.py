"""`tallystick demo`: a company's month from its files to collected invoices, in a database of its own."""
