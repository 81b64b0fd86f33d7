"""What a file as a whole is refused for. What is wrong with its rows stands in the report instead."""

from tallystick.errors import InvalidInput, NotFound


class KindUnknown(InvalidInput):
    """There is nothing to import of kind {kind}; there are {known}."""

    code = "import_kind_unknown"
    field = "kind"


class FileMissing(NotFound):
    """There is no file {file}."""

    code = "import_file_missing"
    field = "file"


class FileTooLarge(InvalidInput):
    """{file} has {megabytes} MB, more than the {limit} MB that are taken at once: split it, or raise the limit."""

    code = "import_file_too_large"
    field = "file"


class FileUnreadable(InvalidInput):
    """{file} can't be read: {reason}. Nothing was written."""

    code = "import_file_unreadable"
    field = "file"


class HeaderWrong(InvalidInput):
    """{file}:1: {reason}. Nothing was written."""

    code = "import_header_wrong"
    field = "file"
