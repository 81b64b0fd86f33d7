"""What banks say of a direct debit that came back (ISO 20022 reason codes), in the words of our list of failures."""

BANK_REASONS: dict[str, str] = {
    "AM04": "insufficient_funds",
    "MS03": "bank_unspecified",
    "AC01": "account_invalid",
    "RC01": "account_invalid",
    "BE05": "account_invalid",
    "FF01": "account_invalid",
    "AC04": "account_closed",
    "AC06": "account_blocked",
    "AC13": "account_blocked",
    "AG01": "account_blocked",
    "SL01": "account_blocked",
    "AG02": "bad_request",
    "AM05": "duplicate",
    "MD01": "mandate_invalid",
    "MD02": "mandate_invalid",
    "MD06": "debit_disputed",
    "MD07": "debtor_deceased",
    "MS02": "debit_refused",
}


def explain_bank_reason(code: str, *, is_settled: bool = False) -> str:
    """Our failure for a bank's reason code; one that we do not know is `bank_unspecified`.

    MD01 is a missing mandate before the money was ours, and a customer's protest of up to 13 months afterwards.
    """
    known = code.strip().upper()
    if known == "MD01" and is_settled:
        return "debit_disputed"
    return BANK_REASONS.get(known, "bank_unspecified")
