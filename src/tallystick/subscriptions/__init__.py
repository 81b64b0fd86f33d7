"""What was agreed: subscriptions, their services, discounts and lifecycles."""
