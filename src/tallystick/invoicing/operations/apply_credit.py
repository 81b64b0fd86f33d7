"""Apply customer credit while documents are posted: credit notes to what they correct, then the oldest first."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from tallystick.credit.models import Hold
from tallystick.credit.queries import list_holds_by_purpose
from tallystick.invoicing.core.settlement import FreeCredit, Match, OpenDocument, match_credit
from tallystick.invoicing.models import CreditSource
from tallystick.invoicing.operations.add_credit_source import add_note_sources
from tallystick.invoicing.operations.settle_accounts import add_settled, record_allocations
from tallystick.invoicing.queries.open_credit import list_free_credit, list_open_documents
from tallystick.invoicing.queries.run_documents import DraftToPost


def apply_credit(drafts: Sequence[DraftToPost], *, books: dict[str, int], on: date, at: datetime) -> dict[int, int]:
    """Match free credit with all open documents of the drafts' accounts; return what each draft received.

    Credit notes among the drafts become sources first (CRM-36: to the document that they correct, then oldest first).
    A draft turns what is held for it into its allocation; what is held for drafts that are not posted now stays held.
    What documents posted before received is added to them here. Runs in the posting transaction.
    """
    add_note_sources([draft for draft in drafts if draft.kind == "credit_note"])
    credit: dict[int, list[FreeCredit]] = defaultdict(list)
    for account_id, source in list_free_credit([draft.account_id for draft in drafts]):
        credit[account_id].append(source)
    if not credit:
        return {}
    held = list_holds_by_purpose(list(credit), kind=Hold.CREDIT)
    documents, book_of = _list_candidates(drafts, credit, books)
    matches = _match_corrections(drafts, credit, documents)
    matches += [
        (account_id, match)
        for account_id in sorted(credit)
        for match in match_credit(credit[account_id], documents=documents[account_id], held=held.get(account_id, {}))
    ]
    record_allocations(matches, books=book_of, on=on, at=at)
    received: dict[int, int] = defaultdict(int)
    for _, match in matches:
        received[match.document_id] += match.amount_minor
    ours = {draft.document_id for draft in drafts}
    add_settled({d: amount for d, amount in received.items() if d not in ours}, at=at)
    return {d: amount for d, amount in received.items() if d in ours}


def _list_candidates(
    drafts: Sequence[DraftToPost], credit: dict[int, list[FreeCredit]], books: dict[str, int]
) -> tuple[dict[int, list[OpenDocument]], dict[int, int]]:
    """What can be paid, by account, and the book of each document."""
    documents: dict[int, list[OpenDocument]] = defaultdict(list)
    book_of: dict[int, int] = {}
    for row in list_open_documents(list(credit)):
        documents[row.account_id].append(row.document)
        book_of[row.document.document_id] = row.book_id
    for draft in drafts:
        if draft.account_id in credit and draft.kind != "credit_note":
            # it will get a higher number than everything posted before, in the order of the ids
            order = (1 << 62) + draft.document_id
            documents[draft.account_id].append(OpenDocument(draft.document_id, draft.due_on, order, draft.gross_minor))
            book_of[draft.document_id] = books[draft.currency]
    return documents, book_of


def _match_corrections(
    drafts: Sequence[DraftToPost], credit: dict[int, list[FreeCredit]], documents: dict[int, list[OpenDocument]]
) -> list[tuple[int, Match]]:
    """Give each credit note to what it corrects, and a reversed credit note to what reverses it; take both off."""
    pairs = [  # (account, credit note, the document that its credit is for)
        (draft.account_id, draft.document_id, draft.corrects_id)
        if draft.kind == "credit_note"
        else (draft.account_id, draft.corrects_id, draft.document_id)
        for draft in drafts
        if draft.corrects_id is not None and (draft.kind == "credit_note" or draft.is_reversal)
    ]
    if not pairs:
        return []
    sources = CreditSource.objects.filter(document_id__in=[note_id for _, note_id, _ in pairs])
    source_of = dict(sources.values_list("document_id", "pk"))
    matches = []
    for account_id, note_id, document_id in pairs:
        if note_id in source_of and document_id is not None:
            source_id = source_of[note_id]
            amount_minor = _take(credit[account_id], documents[account_id], source_id, document_id)
            if amount_minor:
                matches.append((account_id, Match(source_id, document_id, amount_minor)))
    return matches


def _take(sources: list[FreeCredit], documents: list[OpenDocument], source_id: int, document_id: int) -> int:
    """Match as much as both have, and leave the rest of both in their lists."""
    source = next((each for each in sources if each.source_id == source_id), None)
    document = next((each for each in documents if each.document_id == document_id), None)
    if source is None or document is None:
        return 0
    amount_minor = min(source.remaining_minor, document.open_minor)
    sources[sources.index(source)] = source._replace(remaining_minor=source.remaining_minor - amount_minor)
    documents[documents.index(document)] = document._replace(open_minor=document.open_minor - amount_minor)
    return amount_minor
