"""Whole files that can't be taken, and people who may not import: refused at once, and nothing is written."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from pytest_django import Settings

from tallystick.access.core.roles import compute_permissions
from tallystick.interfaces.importing.errors import FileTooLarge, FileUnreadable, HeaderWrong, KindUnknown
from tallystick.interfaces.importing.report import ImportReport
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.errors import SellerNotNamed, SellerUnknown
from tallystick.sellers.models import Seller
from tests.support.builders import build_seller
from tests.support.imports import counts, told

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportReport]
KINDS = ("catalog", "accounts", "subscriptions")
TEN_MEGABYTES = 10_000_000


def count_rows() -> dict[str, int]:
    rooms = ("sellers", "catalog", "accounts", "subscriptions", "payments")
    return {
        model._meta.label: model._default_manager.count()
        for room in rooms
        for model in apps.get_app_config(room).get_models()
    }


def make_garbage(kind: str) -> bytes:
    source = random.Random(7)  # noqa: S311  (garbage, always the same)
    if kind == "binary":
        return source.randbytes(TEN_MEGABYTES)
    if kind == "one endless line":
        return b"a" * TEN_MEGABYTES
    if kind == "nothing but zeros":
        return bytes(TEN_MEGABYTES)
    if kind == "text of another kind":
        return b"Dear Sir or Madam,\nplease find below, as agreed.\n" * 200_000
    if kind == "text that ends in bytes":
        return b'{"a":' + b"[" * (TEN_MEGABYTES // 2) + source.randbytes(TEN_MEGABYTES // 2)
    return b"[" * TEN_MEGABYTES


@pytest.mark.parametrize(
    "garbage",
    [
        "binary",
        "one endless line",
        "nothing but zeros",
        "text of another kind",
        "text that ends in bytes",
        "ten million brackets",
    ],
)
@pytest.mark.parametrize("kind", [*KINDS, "seller"])
def test_ten_megabytes_of_garbage_are_refused_with_a_short_clear_message(
    seller: Seller, import_text: Import, kind: str, garbage: str
) -> None:
    before = count_rows()
    with pytest.raises((FileUnreadable, HeaderWrong)) as refused:
        import_text(kind, make_garbage(garbage))
    assert refused.value.field == "file"
    assert f"{kind}.csv" in refused.value.message
    assert refused.value.message.endswith("Nothing was written.")
    assert len(refused.value.message) < 1_000
    assert count_rows() == before


def test_garbage_below_a_sound_header_is_told_row_by_row(seller: Seller, import_text: Import) -> None:
    text = "external_id,name\n" + "lorem ipsum dolor\n" * 10_000
    report = import_text("accounts", text)
    assert len(report.errors) == 10_000
    assert told(report)[-1] == "accounts.csv:10001: row: has 1 cells, but the header has 2"


def test_the_limit_of_size_is_a_setting(seller: Seller, import_text: Import, settings: Settings) -> None:
    settings.IMPORT_MAX_BYTES = 1_000_000
    text = "external_id,name,delivery\n" + "".join(f"N-{number},A,none\n" for number in range(80_000))
    with pytest.raises(FileTooLarge, match=r"accounts\.csv has 2 MB, more than the 1 MB"):
        import_text("accounts", text)
    assert import_text("accounts", text[:300].rsplit("\n", 1)[0], max_bytes=1_000).created > 0


def test_a_kind_is_one_that_is_known(import_text: Import) -> None:
    with pytest.raises(KindUnknown, match="there are seller, catalog, accounts, subscriptions"):
        import_text("invoices", "x")


@pytest.mark.parametrize("kind", KINDS)
def test_the_seller_is_the_only_one_or_is_named(import_text: Import, kind: str) -> None:
    with pytest.raises(SellerNotNamed):
        import_text(kind, "x")
    build_seller(code="one")
    build_seller(code="two")
    with pytest.raises(SellerNotNamed):
        import_text(kind, "x")
    with pytest.raises(SellerUnknown):
        import_text(kind, "x", seller_code="three")


def make_actor(*permissions: str) -> Actor:
    return Actor(kind="staff", id="1", label="Someone", permissions=frozenset(permissions))


SOUND: dict[str, tuple[str, str]] = {
    "catalog": ("catalog.write", "type,code,name\nservice,lamp,Lamp\n"),
    "accounts": ("accounts.write", "external_id,name,delivery\nN-1,A,none\n"),
    "subscriptions": (
        "subscriptions.write",
        "subscription,account,plan,service,starts_on\nS-1,A-1,team,base,2026-03-01\n",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_importing_takes_the_right_to_import_and_that_to_write(seller: Seller, import_text: Import, kind: str) -> None:
    write, text = SOUND[kind]
    for permissions in ([write], ["imports.run"], []):
        with pytest.raises(PermissionMissing):
            import_text(kind, text, actor=make_actor(*permissions))
    assert counts(import_text(kind, text, actor=make_actor(write, "imports.run"))) == (1, 0, 0, 0)


def test_a_clerk_imports_accounts_and_subscriptions_but_no_prices(seller: Seller, import_text: Import) -> None:
    clerk = make_actor(*compute_permissions("clerk"))
    for kind in ("accounts", "subscriptions"):
        assert import_text(kind, SOUND[kind][1], actor=clerk).created == 1
    with pytest.raises(PermissionMissing):
        import_text("catalog", SOUND["catalog"][1], actor=clerk)


def test_saving_methods_takes_its_own_right(seller: Seller, import_text: Import) -> None:
    text = "external_id,name,delivery,sandbox_method\nN-1,A,none,4242424242424242\n"
    before = count_rows()
    with pytest.raises(PermissionMissing):
        import_text("accounts", text, actor=make_actor("imports.run", "accounts.write"))
    assert count_rows() == before


def test_progress_is_told_from_the_first_byte_to_the_last_row(seller: Seller, import_text: Import) -> None:
    seen: list[tuple[str, int, int]] = []

    def watch(*told: Any) -> None:
        seen.append(told)

    text = "external_id,name,delivery\n" + "".join(f"N-{number},A,none\n" for number in range(6_000))
    import_text("accounts", text, progress=watch)
    assert [doing for doing, _, _ in seen] == ["Reading accounts.csv"] * 3 + ["Checking and writing 6,000 rows"] * 2
    assert seen[-1] == ("Checking and writing 6,000 rows", 6_000, 6_000)
    assert all(done <= total for _, done, total in seen)
