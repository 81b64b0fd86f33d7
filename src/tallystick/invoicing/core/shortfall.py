"""How collecting what an account lacks for its renewal is named: "shortfall:<run>:<account>". Pure."""

PREFIX = "shortfall:"


def shortfall_subject(run_id: int, *, account_id: int) -> str:
    """The text by which attempts and holds name it; once a run and account."""
    return f"{PREFIX}{run_id}:{account_id}"


def read_shortfall_subject(purpose: str) -> tuple[int, int] | None:
    """Run and account of such a text, None for any other."""
    if not purpose.startswith(PREFIX):
        return None
    run_id, account_id = purpose.removeprefix(PREFIX).split(":")
    return int(run_id), int(account_id)
