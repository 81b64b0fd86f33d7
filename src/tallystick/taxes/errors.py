"""What taxes refuse."""

from tallystick.errors import Conflict, InvalidInput


class TreatmentUnsettled(Conflict):
    """It is not settled which VAT applies: {reason}. Nothing is invoiced until it is."""

    code = "tax_treatment_unsettled"


class NoTaxRate(Conflict):
    """There is no {category} VAT rate for {country} on {on}."""

    code = "no_tax_rate"
    field = "tax_rates"


class InvalidRateFile(InvalidInput):
    """Line {line} of the VAT rates can't be read: {reason}."""

    code = "invalid_rate_file"


class TaxRateInvalid(InvalidInput):
    """This rate can't be saved: {problems}."""

    code = "tax_rate_invalid"


class RatesOverlap(Conflict):
    """This {category} rate of {country} shares days with the one from {valid_from}: end that one first."""

    code = "tax_rates_overlap"
    field = "valid_from"
