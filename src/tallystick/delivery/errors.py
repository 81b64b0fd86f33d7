"""The refusals of delivery."""

from tallystick.errors import Conflict, InvalidInput, NotFound


class RunNotPosted(Conflict):
    """Bill run {number} is {status}: its documents can be delivered once it is posted."""

    code = "run_not_posted"


class DocumentsNotPosted(Conflict):
    """{count} of these documents are not posted; only posted documents are delivered."""

    code = "documents_not_posted"


class DocumentsUnknown(NotFound):
    """{count} of these documents do not exist."""

    code = "documents_unknown"


class ChannelUnknown(InvalidInput):
    """There is no channel {channel!r}; documents go by email or print."""

    code = "channel_unknown"


class NothingSelected(InvalidInput):
    """Name a bill run or the documents to deliver."""

    code = "nothing_selected"


class RecipientNotValid(InvalidInput):
    """{recipient!r} is not an e-mail address."""

    code = "recipient_not_valid"


class RecipientForSeveral(InvalidInput):
    """An address is typed for the documents of one account; these are of {accounts}."""

    code = "recipient_for_several"


class WrongDeliveryState(Conflict):
    """Delivery {delivery_id} is {status}: {event} refused; {advice}."""

    code = "wrong_delivery_state"


class DeliveryUnknown(NotFound):
    """There is no delivery {delivery_id}."""

    code = "delivery_unknown"


class NothingToPrint(Conflict):
    """None of these documents waits to be printed; ask for them again to print them once more."""

    code = "nothing_to_print"


class PrintFormatUnknown(InvalidInput):
    """There is no print format {file_format!r}; a batch is one pdf or a zip of single ones."""

    code = "print_format_unknown"


class PrintBatchUnknown(NotFound):
    """There is no print batch {number}."""

    code = "print_batch_unknown"


class PrintBatchNotReady(Conflict):
    """Print batch {number} is {status}; its file can be fetched once it is made."""

    code = "print_batch_not_ready"
    can_retry = True


class WebhookAddressRefused(InvalidInput):
    """Webhooks can't go to {url}: it {reason}."""

    code = "webhook_address_refused"


class WebhookTypeUnknown(InvalidInput):
    """There is no event type {event_type!r}. There are {known}."""

    code = "webhook_type_unknown"


class WebhookEndpointUnknown(NotFound):
    """There is no webhook endpoint {endpoint_id}."""

    code = "webhook_endpoint_unknown"


class WebhookEndpointOff(Conflict):
    """Webhook endpoint {endpoint_id} is switched off; switch it on first."""

    code = "webhook_endpoint_off"


class WebhookMessageUnknown(NotFound):
    """There is no webhook message {message_id}."""

    code = "webhook_message_unknown"


class WrongWebhookState(Conflict):
    """Webhook message {message} is {status}: {event} refused."""

    code = "wrong_webhook_state"


class TooManyToReplay(Conflict):
    """{count} messages are meant; at most {most} are sent again at once. Choose a shorter time."""

    code = "too_many_to_replay"
