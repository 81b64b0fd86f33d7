"""How many there are of something, in words: one way for every interface."""

from __future__ import annotations

from tallystick.delivery.operations.replay_webhooks import Replayed


def write_count(number: int, *, noun: str, nouns: str = "") -> str:
    """ "1 invoice", "5,174 invoices"; `nouns` where more of them are not called by an s."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def write_replayed(replayed: Replayed) -> str:
    """ "2 messages are sent again; 1 message that waited is sent now." """
    parts = [
        f"{write_count(number, noun='message')} {told[number != 1]}"
        for number, told in (
            (replayed.sent_again, ("is sent again", "are sent again")),
            (replayed.hurried, ("that waited is sent now", "that waited are sent now")),
        )
        if number
    ]
    return f"{'; '.join(parts)}." if parts else "No message is sent: none of those failed, was dropped or waits."
