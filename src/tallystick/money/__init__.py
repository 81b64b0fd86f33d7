"""Money as exact integers: currencies, amounts, rounding and splitting. Pure: no clock, no database, no settings."""
