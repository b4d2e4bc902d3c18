"""Read payments: a trader's own, everybody's for those who see them; newest first, in pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tradesense_desktop.domain.payment import Payment
from tradesense_desktop.domain.plain_text import is_keepable
from tradesense_desktop.services.errors import NotFound, Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import seen_owner
from tradesense_desktop.store.errors import PaymentUnknown
from tradesense_desktop.store.payments import (
    EVERY_PAYMENT,
    PaymentFilter,
    PaymentPlace,
    find_payments_named,
    list_payments,
    read_message,
)
from tradesense_desktop.store.payments import read_payment as stored_payment

__all__ = [
    "PaymentFilter",
    "PaymentPage",
    "PaymentPlace",
    "find_payment_id",
    "read_payment",
    "read_payments",
    "read_provider_message",
]

ROWS_A_PAGE: Final = 200
_FEWEST_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Payments, newest first; `end` is where the next page begins, None after the last one."""

    payments: tuple[Payment, ...]
    end: PaymentPlace | None


def read_payments(
    workspace: Workspace,
    which: PaymentFilter = EVERY_PAYMENT,
    *,
    after: PaymentPlace | None = None,
    limit: int = ROWS_A_PAGE,
) -> PaymentPage:
    """A page of the payments that the acting person sees. Raises NotSignedIn."""
    with refusals():
        seen = _seen(workspace, which)
        with workspace.reading() as reading:
            found = list_payments(reading, seen, after=after, limit=limit)
    last = found[-1] if len(found) == limit else None
    return PaymentPage(found, None if last is None else PaymentPlace(last.initiated_at, last.id))


def read_payment(workspace: Workspace, payment_id: str) -> Payment:
    """One payment. Raises Refused where there is none of this id that the acting person sees."""
    with refusals():
        owner_id = seen_owner(workspace)
        with workspace.reading() as reading:
            payment = stored_payment(reading, payment_id)
        if owner_id not in {None, payment.user_id}:
            raise PaymentUnknown(payment_id)
        return payment


def read_provider_message(workspace: Workspace, payment_id: str) -> Mapping[str, Any] | None:
    """The last message that a provider sent about a payment: `kind`, `received_at` and `text`, as it was written.

    None where none is kept, Sealed (domain/sealed.py) where its key is not here. Raises Refused where the acting
    person sees no such payment, or the message was changed in the store.
    """
    payment = read_payment(workspace, payment_id)
    with refusals(), workspace.reading() as reading:
        return read_message(reading, payment.id)


def find_payment_id(workspace: Workspace, named: str) -> str:
    """The id of the payment that begins so, or that the provider knows by this number.

    Raises NotFound, and Refused where several do.
    """
    wanted = named.strip()
    with refusals():
        owner_id = seen_owner(workspace)
        beginning = wanted.lower() if len(wanted) >= _FEWEST_LETTERS else None
        with workspace.reading() as reading:
            can_be = is_keepable(wanted)
            matching = find_payments_named(reading, wanted, beginning, user_id=owner_id, limit=2) if can_be else ()
    if not matching:
        raise NotFound(f"There is no payment {wanted[:60]} in this workspace; tradesense payment list shows them.")
    if len(matching) > 1:
        raise Refused(f"Several payments are called {wanted[:60]}; write more of the id.")
    return matching[0].id


def _seen(workspace: Workspace, which: PaymentFilter) -> PaymentFilter:
    owner_id = seen_owner(workspace)
    return which if owner_id is None else replace(which, user_id=owner_id)
