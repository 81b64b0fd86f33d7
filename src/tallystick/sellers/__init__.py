"""Who bills: legal entities, VAT registrations, bank accounts, number series, billing rules."""
