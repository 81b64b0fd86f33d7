"""Turn a file of telephone subscribers into import files: `python convert.py SUBSCRIBERS.csv FOLDER [--month 2026-03]`.

Needs nothing but Python. The price list is read from `catalog.csv` beside it, so that prices stand in one place;
README.md says which column becomes what.
"""

import argparse
import csv
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
Subscriber = Mapping[str, str]

COMMITMENT_MONTHS = {"Month-to-month": 0, "One year": 12, "Two year": 24}
INTERNET = {"DSL": "dsl", "Fiber optic": "fiber"}
ADD_ONS = {
    "OnlineSecurity": "online-security",
    "OnlineBackup": "online-backup",
    "DeviceProtection": "device-protection",
    "TechSupport": "tech-support",
    "StreamingTV": "streaming-tv",
    "StreamingMovies": "streaming-movies",
}

#: Numbers of the sandbox gateway by how many of a thousand methods have them; all others pay.
PAYING = {"Credit card (automatic)": "4242424242424242", "Bank transfer (automatic)": "NL77SAND0000000001"}
TROUBLED = {
    "Credit card (automatic)": (
        (8, "4000000000000002"),  # declined
        (7, "4000000000009995"),  # insufficient funds
        (5, "4000000000000069"),  # expired
        (3, "4000000000009987"),  # lost
        (3, "4000002760003184"),  # wants authentication
        (4, "4000009900000004"),  # pays, but the answer gets lost
    ),
    "Bank transfer (automatic)": (
        (12, "NL50SAND0000000002"),  # insufficient funds
        (8, "NL23SAND0000000003"),  # account closed
        (5, "NL66SAND0000000005"),  # no mandate
        (5, "NL39SAND0000000006"),  # refused without a reason
    ),
}

#: The file has neither names nor addresses: these are made up from the id, so that there is post to sort.
CITIES = (("Omaha, NE", "68102"), ("Lincoln, NE", "68508"), ("Des Moines, IA", "50309"), ("Sioux City, IA", "51101"))
STREETS = ("Maple Street", "Oak Avenue", "Prairie Road", "Second Street", "Harvest Lane")

ACCOUNT_COLUMNS = (
    "external_id",
    "name",
    "street",
    "postcode",
    "city",
    "country",
    "email",
    "billing_mode",
    "delivery",
    "segment",
    "sandbox_method",
)
SUBSCRIPTION_COLUMNS = (
    "subscription",
    "account",
    "plan",
    "service",
    "discount_amount",
    "discount_label",
    "starts_on",
    "ends_on",
    "billed_elsewhere_until",
    "status",
    "commitment_months",
)


def convert(source: Path, folder: Path, *, month: date) -> dict[str, Path]:
    """Write the four import files for a bill run of `month` (its first day) into a folder; return them by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    prices = read_prices(HERE / "catalog.csv")
    with source.open(encoding="utf-8-sig", newline="") as file:
        subscribers = list(csv.DictReader(file))
    files = {"seller": folder / "seller.json", "catalog": folder / "catalog.csv"}
    for path in files.values():
        shutil.copyfile(HERE / path.name, path)
    files |= {"accounts": folder / "accounts.csv", "subscriptions": folder / "subscriptions.csv"}
    write_rows(files["accounts"], ACCOUNT_COLUMNS, (convert_account(each) for each in subscribers))
    rows = (row for each in subscribers for row in convert_subscription(each, prices=prices, month=month))
    write_rows(files["subscriptions"], SUBSCRIPTION_COLUMNS, rows)
    return files


def convert_account(subscriber: Subscriber) -> dict[str, str]:
    """The account of a subscriber."""
    name, method = subscriber["customerID"], subscriber["PaymentMethod"]
    number = draw(name, "address")
    city, postcode = CITIES[number % len(CITIES)]
    is_automatic = method.endswith("(automatic)")
    return {
        "external_id": name,
        "name": f"Subscriber {name}",
        "street": f"{100 + number % 900} {STREETS[number // 7 % len(STREETS)]}",
        "postcode": postcode,
        "city": city,
        "country": "US",
        "email": f"{name.lower()}@subscribers.example",
        "billing_mode": "self_serve" if is_automatic else "managed",
        "delivery": "email" if subscriber["PaperlessBilling"] == "Yes" else "print",
        "segment": subscriber["Contract"].lower().replace(" ", "-"),
        "sandbox_method": choose_number(name, method) if is_automatic else "",
    }


def convert_subscription(
    subscriber: Subscriber, *, prices: Mapping[str, Decimal], month: date
) -> Iterator[dict[str, str]]:
    """A row for each service of a subscriber; the first one carries the difference to what they pay."""
    name, has_left = subscriber["customerID"], subscriber["Churn"] == "Yes"
    services = list_services(subscriber)
    adjustment = sum((prices[service] for service in services), Decimal(0)) - Decimal(subscriber["MonthlyCharges"])
    for position, service in enumerate(services):
        is_adjusted = position == 0 and adjustment != 0
        yield {
            "subscription": name,
            "account": name,
            "plan": INTERNET.get(subscriber["InternetService"], "telephone"),
            "service": service,
            "discount_amount": str(adjustment) if is_adjusted else "",
            "discount_label": "Negotiated adjustment" if is_adjusted else "",
            "starts_on": go_back(month, months=int(subscriber["tenure"])).isoformat(),
            "ends_on": month.isoformat() if has_left else "",
            "billed_elsewhere_until": month.isoformat(),
            "status": "canceled" if has_left else "active",
            "commitment_months": str(COMMITMENT_MONTHS[subscriber["Contract"]]),
        }


def list_services(subscriber: Subscriber) -> list[str]:
    """The codes of what a subscriber has, the mandatory service of their plan first."""
    services = []
    if subscriber["InternetService"] in INTERNET:
        services.append(INTERNET[subscriber["InternetService"]])
    if subscriber["PhoneService"] == "Yes":
        services.append("phone")
    if subscriber["MultipleLines"] == "Yes":
        services.append("multiple-lines")
    return services + [code for column, code in ADD_ONS.items() if subscriber[column] == "Yes"]


def choose_number(name: str, method: str) -> str:
    """The sandbox number of a subscriber's saved method: some have trouble, always the same ones."""
    drawn = draw(name, "method") % 1000
    for count, number in TROUBLED[method]:
        if drawn < count:
            return number
        drawn -= count
    return PAYING[method]


def draw(name: str, purpose: str) -> int:
    """A large number that follows from a subscriber's id alone."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{name}".encode()).digest()[:8])


def go_back(month: date, *, months: int) -> date:
    """The first day of the month that lies so many months before."""
    years, before = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(years, before + 1, 1)


def read_prices(catalog: Path) -> dict[str, Decimal]:
    """The monthly list price of each service."""
    with catalog.open(encoding="utf-8", newline="") as file:
        return {row["service"]: Decimal(row["unit_price"]) for row in csv.DictReader(file) if row["type"] == "price"}


def write_rows(path: Path, columns: tuple[str, ...], rows: Iterator[dict[str, str]]) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Read the command line, convert, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the file of subscribers")
    parser.add_argument("folder", type=Path, help="where the import files go")
    parser.add_argument("--month", default="2026-03", help="the month to bill, as YYYY-MM (default: %(default)s)")
    asked = parser.parse_args()
    files = convert(asked.source, asked.folder, month=date.fromisoformat(f"{asked.month}-01"))
    for kind, path in files.items():
        print(f"tallystick import {kind} {path}")


if __name__ == "__main__":
    main()
