"""The tables of the sheet: lines by subscription, sums, and the VAT summary with its legal texts."""

from typing import Any

from tallystick.documents.core.view import DocumentView, LineGroup, TaxRow, ViewLine
from tallystick.documents.core.words import Words
from tallystick.documents.rendering.formats import (
    breakable,
    write_amount,
    write_money,
    write_percentage,
    write_period,
    write_price,
    write_quantity,
)
from tallystick.sellers.core.countries import EU_COUNTRIES
from tallystick.taxes.core.treatment import TAXED, Treatment

_WITH_RATE = frozenset({Treatment.STANDARD, Treatment.REDUCED, Treatment.ZERO})


def has_vat(view: DocumentView) -> bool:
    """Whether VAT is spoken of at all: not where the seller is registered nowhere."""
    return any(row.treatment != Treatment.NOT_REGISTERED for row in view.tax_rows)


def has_rates(view: DocumentView) -> bool:
    """Whether the lines differ in VAT: where one treatment without a rate holds for all, its note says it once."""
    treatments = {row.treatment for row in view.tax_rows}
    return has_vat(view) and (len(treatments) > 1 or bool(treatments & _WITH_RATE))


def compose_groups(view: DocumentView, *, words: Words) -> list[dict[str, Any]]:
    """The lines by subscription, with a heading each and a subtotal where there are several."""
    return [_compose_group(group, view, words) for group in view.groups]


def _compose_group(group: LineGroup, view: DocumentView, words: Words) -> dict[str, Any]:
    heading = _heading(group, view, words)
    common = group.common_period if heading else None
    return {
        "heading": heading,
        "reference": _reference(group, words),
        "period": write_period(common, locale=words.locale) if common else "",
        "lines": [_compose_line(line, view, words, is_period_said=common is not None) for line in group.lines],
        "subtotal_label": words.table.subtotal if len(view.groups) > 1 and len(group.lines) > 1 else "",
        "subtotal": write_amount(group.net_minor, currency=view.currency, locale=words.locale),
    }


def _heading(group: LineGroup, view: DocumentView, words: Words) -> str:
    if group.plan_name:
        return breakable(group.plan_name)
    return words.table.other if len(view.groups) > 1 else ""


def _reference(group: LineGroup, words: Words) -> str:
    return (
        words.table.subscription.format(reference=breakable(group.subscription_reference))
        if group.subscription_reference
        else ""
    )


def _compose_line(line: ViewLine, view: DocumentView, words: Words, *, is_period_said: bool) -> dict[str, Any]:
    is_discount = line.kind == "discount"
    part, whole = line.share_days or (0, 0)
    is_priced = not is_discount or line.share_days is not None
    return {
        "description": breakable(line.description),
        "note": " · ".join(
            part for part in (_write_note(line, view, words, is_period_said=is_period_said), line.formula) if part
        ),
        "is_discount": is_discount,
        "quantity": "" if is_discount else write_quantity(line.quantity, locale=words.locale),
        "unit_price": write_price(line.unit_price, currency=view.currency, locale=words.locale) if is_priced else "",
        "share": words.table.days.format(part=part, whole=whole) if line.share_days else "",
        "vat": _write_rate_of(line, view, words),
        "amount": write_amount(line.net_minor, currency=view.currency, locale=words.locale),
    }


def _write_note(line: ViewLine, view: DocumentView, words: Words, *, is_period_said: bool) -> str:
    """What stands small under a description: of what a percentage was taken, else a period not told above."""
    if line.percent is not None:
        of = write_amount(line.percent_of_minor, currency=view.currency, locale=words.locale)
        return words.table.percent_of.format(percent=write_percentage(line.percent, locale=words.locale), amount=of)
    if line.kind == "discount" or is_period_said or line.period is None:
        return ""
    return write_period(line.period, locale=words.locale)


def _write_rate_of(line: ViewLine, view: DocumentView, words: Words) -> str:
    """The rate of a line; without one a dash, or the treatment's name where the document has several of that sort."""
    if line.treatment in _WITH_RATE:
        return write_percentage(line.tax_rate, locale=words.locale)
    unrated = {row.treatment for row in view.tax_rows} - _WITH_RATE
    return words.treatments[Treatment(line.treatment)].label if len(unrated) > 1 else "–"


def compose_sums(view: DocumentView, *, words: Words) -> list[dict[str, Any]]:
    """Net and VAT by rate where any is charged, total, what is covered already and what is left, which is strong."""
    table = words.table
    sums: list[tuple[str, int, bool]] = []
    charged = [row for row in view.tax_rows if row.treatment in TAXED]
    if charged:
        sums.append((table.net_total, view.net_minor, False))
        sums += [(_tax_label(row, words), row.tax_minor, False) for row in charged]
    is_asked_in_full = view.is_credit or view.open_minor == view.gross_minor
    sums.append((table.total, view.gross_minor, is_asked_in_full))
    if view.settled_minor and not view.is_credit:
        sums.append((table.covered, -view.settled_minor, False))
    if view.difference_minor and not view.is_credit:
        sums.append((table.difference, -view.difference_minor, False))
    if not is_asked_in_full:
        sums.append((words.kinds[view.kind].amount, view.open_minor, True))
    return [
        {
            "label": label,
            "value": (write_money if is_strong else write_amount)(minor, currency=view.currency, locale=words.locale),
            "is_strong": is_strong,
        }
        for label, minor, is_strong in sums
    ]


def _tax_label(row: TaxRow, words: Words) -> str:
    label = words.treatments[Treatment(row.treatment)].label
    return label.format(rate=write_percentage(row.tax_rate, locale=words.locale))


def compose_tax_summary(view: DocumentView, *, words: Words) -> dict[str, Any]:
    """One row a treatment and rate, and the legal texts of the treatments that need one, each once (DEM-64)."""
    currency, locale, table = view.currency, words.locale, words.table
    texts = [_legal_text(row, view, words) for row in view.tax_rows]
    rows = [
        [
            _tax_label(row, words),
            write_amount(row.net_minor, currency=currency, locale=locale),
            write_amount(row.tax_minor, currency=currency, locale=locale),
        ]
        for row in view.tax_rows
    ]
    return {
        "heading": table.vat_summary,
        "columns": [table.rate, table.taxable, table.vat],
        "rows": rows if has_vat(view) else [],
        "texts": list(dict.fromkeys(text for text in texts if text)),
    }


def _legal_text(row: TaxRow, view: DocumentView, words: Words) -> str:
    """What the law wants said. That a seller has no VAT number means something only where sellers have one."""
    if row.treatment == Treatment.NOT_REGISTERED and view.seller.address.country not in EU_COUNTRIES:
        return ""
    return words.treatments[Treatment(row.treatment)].legal_text
