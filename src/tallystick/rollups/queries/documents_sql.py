"""What counts as asked for, and what as open, in SQL: `d` is the document."""

#: A voided document was issued too; the document that reverses it stands against it.
ISSUED = "d.status IN ('posted', 'voided')"
SIGNED_GROSS = "CASE WHEN d.kind = 'credit_note' THEN -d.gross_minor ELSE d.gross_minor END"
OPEN_MINOR = "d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor"
#: The first two conditions repeat the predicate of the index of open documents.
IS_OPEN = (
    "d.status = 'posted' AND d.gross_minor > d.settled_minor + d.written_off_minor + d.difference_minor"
    " AND d.kind <> 'credit_note'"
)
