"""What the sellers room refuses."""

from tallystick.errors import Conflict, InvalidInput, NotFound


class SellerUnknown(NotFound):
    """There is no seller {code}."""

    code = "seller_unknown"
    field = "seller"


class SellerNotNamed(InvalidInput):
    """There are {count} sellers: say which one."""

    code = "seller_not_named"
    field = "seller"


class SellerExists(Conflict):
    """There is a seller {code} already."""

    code = "seller_exists"
    field = "code"


class SellerInvalid(InvalidInput):
    """This seller can't be saved: {problems}."""

    code = "seller_invalid"


class ReasonCodeUnknown(InvalidInput):
    """There is no reason code {code} that may be given; there are {codes}."""

    code = "reason_code_unknown"
    field = "reason_code"


class BankAccountExists(Conflict):
    """The bank account {iban} in {currency} is there already."""

    code = "bank_account_exists"
    field = "iban"


class RegistrationExists(Conflict):
    """There is a VAT registration in {country} from {starts_on} already."""

    code = "vat_registration_exists"
    field = "vat_registrations"
