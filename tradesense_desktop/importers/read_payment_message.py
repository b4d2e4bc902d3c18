"""Read a file that a provider's webhook delivered, whichever provider it is: its content says so."""

from pathlib import Path

from tradesense_desktop.importers.json_document import read_document
from tradesense_desktop.importers.neutral_payment import MARK, is_neutral_payment, read_neutral_payment
from tradesense_desktop.importers.payment_message import PaymentMessage
from tradesense_desktop.importers.paypal_event import is_paypal_event, read_paypal_event
from tradesense_desktop.importers.stripe_event import is_stripe_event, read_stripe_event


def read_payment_message(path: Path) -> PaymentMessage:
    """The message in the file. Raises MessageRefused with one sentence.

    Who sent it is not proved: the providers sign the delivery, in headers that a file does not have. Whoever hands
    the file in answers for it.
    """
    document, text = read_document(path)
    if is_neutral_payment(document):
        return read_neutral_payment(document, text)
    if is_stripe_event(document):
        return read_stripe_event(document, text)
    if is_paypal_event(document):
        return read_paypal_event(document, text)
    raise document.refused(
        f"this is no event of Stripe or PayPal, and no message of our own form (which has the key “{MARK}”)."
    )
