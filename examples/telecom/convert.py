"""Turn the public telecom subscriber file into Tallystick's import files.

    python examples/telecom/convert.py telco-subscribers.csv OUTDIR [--month 2026-03]

writes seller.json, catalog.csv, accounts.csv and subscriptions.csv into OUTDIR. The README beside this file says what each
column becomes. Everything follows from the input alone, so that converting twice gives the same files.
"""

import argparse
import csv
import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
Row = Mapping[str, str]

PHONE, MULTIPLE_LINES = "phone", "multiple-lines"
INTERNET = {"DSL": "dsl", "Fiber optic": "fiber"}
ADD_ONS = {
    "OnlineSecurity": "online-security",
    "OnlineBackup": "online-backup",
    "DeviceProtection": "device-protection",
    "TechSupport": "tech-support",
    "StreamingTV": "streaming-tv",
    "StreamingMovies": "streaming-movies",
}
NAMES = {
    PHONE: "Phone service",
    MULTIPLE_LINES: "Multiple lines",
    "dsl": "DSL internet",
    "fiber": "Fiber optic internet",
    "online-security": "Online security",
    "online-backup": "Online backup",
    "device-protection": "Device protection",
    "tech-support": "Tech support",
    "streaming-tv": "Streaming TV",
    "streaming-movies": "Streaming movies",
}
PRICES = {
    PHONE: Decimal("20.00"),
    MULTIPLE_LINES: Decimal("5.00"),
    "dsl": Decimal("25.00"),
    "fiber": Decimal("50.00"),
    "online-security": Decimal("5.00"),
    "online-backup": Decimal("5.00"),
    "device-protection": Decimal("5.00"),
    "tech-support": Decimal("5.00"),
    "streaming-tv": Decimal("10.00"),
    "streaming-movies": Decimal("10.00"),
}
# plan -> its mandatory services; what else a subscriber has is optional
PLANS = {
    "phone": (PHONE,),
    "dsl": ("dsl",),
    "fiber": ("fiber",),
    "phone-dsl": (PHONE, "dsl"),
    "phone-fiber": (PHONE, "fiber"),
}
COMMITMENT_MONTHS = {"Month-to-month": 0, "One year": 12, "Two year": 24}
SEGMENTS = {"Month-to-month": "monthly", "One year": "one-year", "Two year": "two-year"}

# The file does not say whose card fails, so a fixed share does, by the subscriber's id: per mille, then the number.
GOOD_CARD = "4242424242424242"
FAILING_CARDS = (
    (8, "4000000000009995"),  # not enough money
    (8, "4000000000000002"),  # declined
    (5, "4000000000000069"),  # expired
    (2, "4000000000009979"),  # stolen
    (3, "4000002760003184"),  # the bank wants the customer to confirm
    (4, "4000009900000004"),  # charged, but the answer is lost: found later
)


def main() -> None:
    """Read the arguments and convert."""
    parser = argparse.ArgumentParser(description="Telecom subscribers to import files.")
    parser.add_argument("subscribers", type=Path)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--month", default="2026-03", help="first month that Tallystick bills, such as 2026-03")
    arguments = parser.parse_args()
    convert(arguments.subscribers, outdir=arguments.outdir, first_month=date.fromisoformat(f"{arguments.month}-01"))
    sys.stdout.write(f"seller.json, catalog.csv, accounts.csv and subscriptions.csv are in {arguments.outdir}\n")


def convert(subscribers: Path, *, outdir: Path, first_month: date) -> None:
    """Write the four import files; `first_month` is the first day that Tallystick bills."""
    with subscribers.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    outdir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / "seller.json", outdir / "seller.json")
    write_csv(outdir / "catalog.csv", list_catalog(first_month))
    write_csv(outdir / "accounts.csv", (make_account(row) for row in rows))
    write_csv(outdir / "subscriptions.csv", (line for row in rows for line in list_services(row, first_month)))


def list_catalog(first_month: date) -> Iterator[dict[str, object]]:
    """Services, plans, what a plan contains, prices."""
    for code, name in NAMES.items():
        revenue_code = "phone" if code in (PHONE, MULTIPLE_LINES) else "internet"
        yield {"type": "service", "code": code, "name": name, "kind": "recurring", "revenue_code": revenue_code}
    for plan, mandatory in PLANS.items():
        name = " and ".join(NAMES[code].split()[0] for code in mandatory)
        yield {"type": "plan", "code": plan, "name": name, "interval_months": 1}
        for code in mandatory:
            yield {"type": "plan_service", "plan": plan, "service": code, "is_mandatory": "yes"}
        if PHONE in mandatory:
            yield place(plan, MULTIPLE_LINES, requires=PHONE)
        for internet in set(mandatory) & set(INTERNET.values()):
            for code in ADD_ONS.values():
                yield place(plan, code, requires=internet)
    valid_from = first_month.replace(year=first_month.year - 10)
    for code, price in PRICES.items():
        yield {"type": "price", "service": code, "unit_price": price, "interval_months": 1, "valid_from": valid_from}


def place(plan: str, service: str, *, requires: str) -> dict[str, object]:
    """An optional service of a plan."""
    return {"type": "plan_service", "plan": plan, "service": service, "is_mandatory": "no", "requires": requires}


def make_account(row: Row) -> dict[str, object]:
    """Whom to bill, and how: the file has neither names nor addresses, so they are made from the id."""
    customer = row["customerID"]
    is_automatic = "(automatic)" in row["PaymentMethod"]
    return {
        "external_id": customer,
        "name": f"Subscriber {customer}",
        "street": f"{int(customer[:4])} Subscriber Street",
        "postcode": "90001",
        "city": "Los Angeles",
        "country": "US",
        "email": f"{customer.lower()}@subscriber.example",
        "billing_mode": "self_serve" if is_automatic else "managed",
        "delivery": "email" if row["PaperlessBilling"] == "Yes" else "print",
        "segment": SEGMENTS[row["Contract"]],
        "sandbox_method": choose_card(customer) if is_automatic else "",
    }


def choose_card(customer: str) -> str:
    """The sandbox card of a subscriber: 3 in 100 fail, always the same ones."""
    point = int.from_bytes(hashlib.sha256(customer.encode()).digest()[:4], "big") % 1000
    for share, number in FAILING_CARDS:
        if point < share:
            return number
        point -= share
    return GOOD_CARD


def list_services(row: Row, first_month: date) -> Iterator[dict[str, object]]:
    """One line a service; the first mandatory one carries the difference between list price and MonthlyCharges."""
    codes = list_codes(row)
    mandatory = PLANS[choose_plan(row)]
    difference = sum((PRICES[code] for code in codes), Decimal(0)) - Decimal(row["MonthlyCharges"])
    starts_on = months_before(first_month, int(row["tenure"]))
    is_canceled = row["Churn"] == "Yes"
    for code in codes:
        carries_difference = code == mandatory[0] and difference != 0
        yield {
            "subscription": f"SUB-{row['customerID']}",
            "account": row["customerID"],
            "plan": choose_plan(row),
            "status": "canceled" if is_canceled else "active",
            "commitment_months": COMMITMENT_MONTHS[row["Contract"]],
            "service": code,
            "discount_amount": difference if carries_difference else "",
            "discount_label": "Negotiated adjustment" if carries_difference else "",
            "starts_on": starts_on,
            "ends_on": first_month if is_canceled else "",
            "billed_elsewhere_until": first_month,
        }


def list_codes(row: Row) -> list[str]:
    """The services that a subscriber has."""
    codes = [PHONE] if row["PhoneService"] == "Yes" else []
    if row["MultipleLines"] == "Yes":
        codes.append(MULTIPLE_LINES)
    if row["InternetService"] in INTERNET:
        codes.append(INTERNET[row["InternetService"]])
    return codes + [code for column, code in ADD_ONS.items() if row[column] == "Yes"]


def choose_plan(row: Row) -> str:
    """The plan whose mandatory services the subscriber has."""
    parts = [PHONE] if row["PhoneService"] == "Yes" else []
    if row["InternetService"] in INTERNET:
        parts.append(INTERNET[row["InternetService"]])
    return "-".join(parts)


def months_before(day: date, months: int) -> date:
    """The first of the month that many months earlier."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def write_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows under every column that any of them has, in order of first appearance."""
    written = list(rows)
    names = list(dict.fromkeys(name for row in written for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(written)


if __name__ == "__main__":
    main()
