"""Add a bank account that customers may transfer to."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import BankDetails, find_bank_account_problems
from tallystick.sellers.errors import BankAccountExists, SellerInvalid
from tallystick.sellers.models import BankAccount, Seller
from tallystick.sellers.operations.record_event import record_seller_event


def add_bank_account(seller: Seller, *, details: BankDetails, at: datetime, actor: Actor) -> BankAccount:
    """Add it; a default replaces the default before it. Refuses SellerInvalid, BankAccountExists."""
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_bank_account_problems(details))
    with transaction.atomic():
        Seller.objects.select_for_update().get(pk=seller.pk)
        accounts = BankAccount.objects.filter(seller=seller, currency=details.currency)
        if accounts.filter(iban=details.iban).exists():
            raise BankAccountExists(iban=details.iban, currency=details.currency)
        if details.is_default:
            accounts.update(is_default=False)
        account = BankAccount.objects.create(seller=seller, **asdict(details))
        told = (details.iban, details.currency)
        record_seller_event(seller, event="add_bank_account", details=told, at=at, actor=actor)
    return account
