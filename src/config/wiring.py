"""Ports and adapters: the only file that knows a gateway by name."""

from tallystick.payments.core.ports import register_gateway


def wire() -> None:
    """Plug the gateways in; called once, when the payments room is ready."""
    from tallystick.payments.gateways.sandbox.gateway import SandboxGateway  # its tables exist only from here on

    register_gateway("sandbox", factory=SandboxGateway)
