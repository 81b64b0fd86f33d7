"""Add a reason for corrections, rename it, or retire it. What was corrected for it keeps it."""

from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.reason_codes import LONGEST_NAME, is_reason_code
from tallystick.sellers.models import ReasonCode, Seller


def set_reason_code(seller: Seller, *, code: str, name: str, actor: Actor, is_active: bool = True) -> ReasonCode:
    """Make the seller have this reason code, under this name. Refuses a code or a name that can't be one."""
    actor.require(SELLERS_WRITE)
    if not is_reason_code(code):
        raise InvalidInput("A reason code takes lower-case letters, digits and underscores, at most 40.", field="code")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInput(f"A reason has a name of 1 to {LONGEST_NAME} signs.", field="name")
    reason, _ = ReasonCode.objects.update_or_create(
        seller=seller, code=code, defaults={"name": name.strip(), "is_active": is_active}
    )
    return reason
