"""What the catalog refuses."""

from tallystick.errors import Conflict, InvalidInput, NotFound


class ServiceUnknown(NotFound):
    """There is no service {service}."""

    code = "service_unknown"
    field = "service"


class PlanUnknown(NotFound):
    """There is no plan {plan}."""

    code = "plan_unknown"
    field = "plan"


class FeeDefinitionUnknown(NotFound):
    """There is no fee definition {code}."""

    code = "fee_definition_unknown"
    field = "code"


class PriceUnknown(NotFound):
    """There is no such price."""

    code = "price_unknown"


class ServiceExists(Conflict):
    """There is a service {service} already."""

    code = "service_exists"
    field = "code"


class PlanExists(Conflict):
    """There is a plan {plan} already."""

    code = "plan_exists"
    field = "code"


class ServiceInPlan(Conflict):
    """{service} is in the plan {plan} already."""

    code = "service_in_plan"
    field = "service"


class PricesOverlap(Conflict):
    """This price of {service} shares days with the one from {valid_from}: end that one first."""

    code = "prices_overlap"
    field = "valid_from"


class CatalogInvalid(InvalidInput):
    """This can't be put into the catalog: {problems}."""

    code = "catalog_invalid"


class InvalidListPrice(InvalidInput):
    """A monthly list price can't be made of {given}: {reason}."""

    code = "invalid_list_price"
    field = "unit_price"


class NotYearly(Conflict):
    """A monthly list price is made of one for 12 months by the unit; this one is for {interval}, {price_model}."""

    code = "not_yearly"
    field = "price"
