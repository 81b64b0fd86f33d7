"""What the API itself refuses, before any operation is called."""

from tallystick.errors import InvalidInput, NotFound, Refusal


class BodyNotReadable(InvalidInput):
    """The body of the request can't be read: {reason}."""

    code = "body_not_readable"


class BodyTooLarge(InvalidInput):
    """The body of the request has more than {limit} bytes, which is the most that is taken here."""

    code = "body_too_large"


class MediaTypeNotTaken(InvalidInput):
    """A body of the media type {sent} is not taken here; send {taken}."""

    code = "media_type_not_taken"


class RequestInvalid(InvalidInput):
    """The request does not have the shape that was asked for; see `errors`."""

    code = "request_invalid"


class CursorNotValid(InvalidInput):
    """This cursor is not one that this list handed out. Start again without one."""

    code = "cursor_not_valid"
    field = "cursor"


class IdempotencyKeyMissing(InvalidInput):
    """This call moves money or numbers, so it needs a header Idempotency-Key: a text of your choice, new for each call
    and the same when you send it again."""

    code = "idempotency_key_missing"


class IdempotencyKeyMalformed(InvalidInput):
    """An Idempotency-Key has 1 to {longest} printable ASCII characters and no blanks, in quotation marks or without."""

    code = "idempotency_key_malformed"


class TooManyCalls(Refusal):
    """This key has made its {limit} calls of this minute. The next one may come in {seconds} seconds."""

    code = "too_many_calls"
    can_retry = True


class TooManyWrongKeys(Refusal):
    """{limit} keys that are not accepted came from this address within a minute. Try again in {seconds} seconds."""

    code = "too_many_wrong_keys"
    can_retry = True


class MethodNotAllowed(Refusal):
    """{method} can't be done here; {allowed} can."""

    code = "method_not_allowed"


class AddressUnknown(NotFound):
    """There is nothing at {path}."""

    code = "address_unknown"
