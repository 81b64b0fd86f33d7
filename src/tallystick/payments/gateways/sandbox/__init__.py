"""The sandbox gateway: deterministic outcomes without a network, as strict as the strictest real one."""
