"""Views and PDFs of documents by their ids: the same few queries for one document and for 200, and nothing kept.

All of it comes from what posting froze (UNI-4); only what is still open is that of the moment of reading. A draft has
nothing frozen yet: it speaks the account's language and asks for its money as it would be asked for today.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf

from tallystick.documents.core.building import (
    DocumentHead,
    LineRow,
    TaxLineRow,
    build_view,
    list_vat_numbers,
)
from tallystick.documents.core.explaining import explain_view
from tallystick.documents.core.page_address import ComposePageUrl, compose_page_url
from tallystick.documents.core.view import (
    Address,
    BankTransfer,
    BuyerBlock,
    CorrectedDocument,
    DocumentView,
    PaymentTerms,
    SellerBlock,
)
from tallystick.documents.errors import DocumentUnknown
from tallystick.documents.rendering.merging import merge_pdfs
from tallystick.documents.rendering.render import render_document_pdf, render_documents
from tallystick.invoicing.models import Document, DocumentLine, DocumentTaxLine
from tallystick.payments.queries import list_default_methods
from tallystick.payments.queries.setups import list_sellers_with_gateway
from tallystick.sellers.models import BankAccount, SellerProfile

CHUNK = 200


def get_document_view(document_id: int, *, compose_page: ComposePageUrl = compose_page_url) -> DocumentView:
    """All that one document shows; refuses an unknown id (DocumentUnknown)."""
    return next(list_document_views([document_id], compose_page=compose_page))


def list_document_views(
    document_ids: Sequence[int], *, compose_page: ComposePageUrl = compose_page_url
) -> Iterator[DocumentView]:
    """The views of documents in the order of the ids, read 200 at a time as they are consumed (DocumentUnknown)."""
    for start in range(0, len(document_ids), CHUNK):
        yield from _read_views(document_ids[start : start + CHUNK], compose_page)


def get_document_pdf(
    document_id: int, *, compose_page: ComposePageUrl = compose_page_url, is_explained: bool = False
) -> bytes:
    """The PDF of one document (DocumentUnknown); on request each line says in figures how it came to its amount."""
    view = get_document_view(document_id, compose_page=compose_page)
    return render_document_pdf(explain_view(view) if is_explained else view)


def list_document_pdfs(
    document_ids: Sequence[int], *, compose_page: ComposePageUrl = compose_page_url
) -> Iterator[bytes]:
    """The PDFs of documents in the order of the ids, rendered as they are consumed, in constant memory."""
    return render_documents(list_document_views(document_ids, compose_page=compose_page))


def write_print_file(document_ids: Sequence[int], *, into: BinaryIO) -> int:
    """One PDF of all the documents, in the order of the ids, for the printer; returns its number of pages (ZUO-48)."""
    return merge_pdfs(list_document_pdfs(document_ids), into=into)


def _read_views(document_ids: Sequence[int], compose_page: ComposePageUrl) -> Iterator[DocumentView]:
    rows = Document.objects.select_related(
        "seller", "seller_profile", "account_profile", "account", "corrects", "bank_account"
    )
    documents = rows.in_bulk(document_ids)
    lines, tax_lines = _read_lines(document_ids), _read_tax_lines(document_ids)
    payment = _read_payment_terms(documents.values())
    online = list_sellers_with_gateway({document.seller_id for document in documents.values()})
    for document_id in document_ids:
        document = documents.get(document_id)
        if document is None:
            raise DocumentUnknown(document_id=document_id)
        page_url = compose_page(document.seller.code, number=document.number or "")
        pay_url = page_url if document.seller_id in online else ""
        yield build_view(
            _head(document),
            seller=_seller_block(document.seller_profile, list_vat_numbers(tax_lines[document_id])),
            buyer=_buyer_block(document),
            lines=lines[document_id],
            tax_lines=tax_lines[document_id],
            payment=replace(payment[document_id], page_url=page_url, pay_url=pay_url),
        )


def _read_lines(document_ids: Sequence[int]) -> dict[int, list[LineRow]]:
    lines: dict[int, list[LineRow]] = defaultdict(list)
    subscription = "subscription_service__subscription"
    # A line that was drafted before plans' names were written down has none: it shows that of now.
    name = Coalesce(NullIf("plan_name", Value("")), f"{subscription}__plan__name", Value(""))
    found = DocumentLine.objects.filter(document_id__in=document_ids).order_by("document_id", "position")
    rows = found.annotate(printed_plan_name=name)
    for document_id, subscription_id, plan_name, reference, *rest in rows.values_list(
        "document_id",
        f"{subscription}_id",
        "printed_plan_name",
        f"{subscription}__external_id",
        "kind",
        "description",
        "period_start_on",
        "period_end_on",
        "quantity",
        "unit_price",
        "part_days",
        "full_days",
        "percent",
        "percent_of_minor",
        "net_minor",
        "treatment",
        "tax_rate",
    ):
        lines[document_id].append(LineRow(subscription_id, plan_name, reference or "", *rest))
    return lines


def _read_tax_lines(document_ids: Sequence[int]) -> dict[int, list[TaxLineRow]]:
    tax_lines: dict[int, list[TaxLineRow]] = defaultdict(list)
    rows = DocumentTaxLine.objects.filter(document_id__in=document_ids).order_by("document_id", "position")
    for row in rows.values_list("document_id", "registration", "treatment", "tax_rate", "net_minor", "tax_minor"):
        tax_lines[row[0]].append(TaxLineRow(*row[1:]))
    return tax_lines


def _read_payment_terms(documents: Iterable[Document]) -> dict[int, PaymentTerms]:
    """By document: how it asks for its money, as frozen, and for what is not posted as of now."""
    asked_now = [document for document in documents if not _is_frozen(document)]
    banks = _read_bank_accounts({document.seller_id for document in asked_now}) if asked_now else {}
    labels = _read_method_labels({document.account_id for document in asked_now}) if asked_now else {}
    terms = {}
    for document in documents:
        if _is_frozen(document):
            bank, label = _bank_transfer(document.bank_account), document.method_label
        else:
            bank = banks.get((document.seller_id, document.currency))
            label = labels.get(document.account_id, "")
        terms[document.pk] = PaymentTerms(document.collection_method, bank, label)
    return terms


def _is_frozen(document: Document) -> bool:
    """Posting wrote down what is printed; a draft has no language yet."""
    return document.language != ""


def _bank_transfer(account: BankAccount | None) -> BankTransfer | None:
    return BankTransfer(account.holder, account.iban, account.bic) if account else None


def _read_bank_accounts(seller_ids: set[int]) -> dict[tuple[int, str], BankTransfer]:
    """By seller and currency: the account that transfers in this currency go to."""
    rows = BankAccount.objects.filter(seller_id__in=seller_ids, is_default=True)
    return {(row.seller_id, row.currency): BankTransfer(row.holder, row.iban, row.bic) for row in rows}


def _read_method_labels(account_ids: set[int]) -> dict[int, str]:
    """By account: what its default method is called, where it can be charged."""
    methods = list_default_methods(account_ids)
    return {
        key: method.label for key, method in methods.items() if method.state == "valid" and method.gateway_is_active
    }


def _head(document: Document) -> DocumentHead:
    return DocumentHead(
        document_id=document.pk,
        kind=document.kind,
        status=document.status,
        number=document.number or "",
        language=document.language or document.account.language,
        currency=document.currency,
        invoice_on=document.invoice_on,
        due_on=document.due_on,
        net_minor=document.net_minor,
        tax_minor=document.tax_minor,
        gross_minor=document.gross_minor,
        settled_minor=document.settled_minor,
        difference_minor=document.difference_minor,
        corrects=_corrected_document(document.corrects),
        statement_month_on=document.statement_month_on,
    )


def _corrected_document(corrected: Document | None) -> CorrectedDocument | None:
    if corrected is None:
        return None
    return CorrectedDocument(corrected.kind, corrected.number or "", corrected.invoice_on)


def _seller_block(profile: SellerProfile, vat_numbers: tuple[str, ...]) -> SellerBlock:
    return SellerBlock(
        legal_name=profile.legal_name,
        address=Address(profile.street, profile.postcode, profile.city, profile.country),
        registration_number=profile.registration_number,
        vat_numbers=vat_numbers,
        email=profile.email,
        phone=profile.phone,
        website=profile.website,
        brand_color=profile.brand_color,
        footer_text=profile.footer_text,
    )


def _buyer_block(document: Document) -> BuyerBlock:
    profile, account = document.account_profile, document.account
    return BuyerBlock(
        name=profile.name,
        address=Address(profile.street, profile.postcode, profile.city, profile.country),
        account_reference=account.external_id,
        vat_number=profile.vat_number,
        reference=document.buyer_reference if _is_frozen(document) else account.buyer_reference,
    )
