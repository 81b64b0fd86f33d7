"""What we sell: services, plans, dated prices."""
