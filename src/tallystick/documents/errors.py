"""The refusals of documents."""

from tallystick.errors import NotFound


class DocumentUnknown(NotFound):
    """There is no document {document_id}."""

    code = "document_unknown"
    field = "document"
