"""What the market writes about goods that come back and about evidence: whole sentences, still without a language."""

from datetime import datetime

from app.errors import N_
from app.money.amounts import Money
from app.orders.rules.mails import Mail, what_to_add
from app.orders.rules.words import Day, say


def return_asked(*, number: str, text: str, by: datetime, link: str) -> Mail:
    return Mail(
        say(N_("The buyer of %(number)s wants to send goods back"), number=number),
        (
            say(N_("The buyer writes:\n%(text)s"), text=text),
            say(N_("Agree or decline by %(by)s. If you do not answer, the market decides about the money:\n%(link)s"), by=Day(by), link=link),
        ),
    )  # fmt: skip


def return_approved(*, number: str, address: str, seller_pays: bool, by: datetime, link: str) -> Mail:
    postage = N_("The seller pays the postage.") if seller_pays else N_("You pay the postage.")
    return Mail(
        say(N_("Send it back: the seller of %(number)s agreed"), number=number),
        (
            say(N_("Send the goods to this address by %(by)s:\n%(address)s"), by=Day(by), address=address),
            say(postage),
            say(N_("Then enter how you sent them. If you do not, the return ends and the order goes on:\n%(link)s"), link=link),
        ),
    )  # fmt: skip


def return_declined(*, number: str, answer: str, release_at: datetime, link: str) -> Mail:
    return Mail(
        say(N_("The seller of %(number)s declined your return"), number=number),
        (
            say(N_("The seller writes:\n%(answer)s"), answer=answer),
            say(N_("If you do not agree, report a problem before %(release_at)s: your money stays held, and somebody of the market decides.\n%(link)s"), release_at=Day(release_at), link=link),
        ),
    )  # fmt: skip


def return_sent(*, number: str, carrier: str, tracking: str, by: datetime, link: str) -> Mail:
    parcel = (
        say(N_("It was given to %(carrier)s, tracking number %(tracking)s."), carrier=carrier, tracking=tracking)
        if tracking
        else say(N_("It was given to %(carrier)s."), carrier=carrier)
    )
    return Mail(
        say(N_("A return of order %(number)s is on its way to you"), number=number),
        (
            parcel,
            say(N_("Say that it came, and give the money back. If you say nothing by %(by)s, the market decides:\n%(link)s"), by=Day(by), link=link),
        ),
    )  # fmt: skip


def return_received(*, number: str, condition: str, by: datetime, link: str) -> Mail:
    return Mail(
        say(N_("Your return of order %(number)s has arrived"), number=number),
        (
            say(N_("The seller writes about it:\n%(condition)s"), condition=condition),
            say(N_("The money is to come back by %(by)s. If you do not agree, report a problem:\n%(link)s"), by=Day(by), link=link),
        ),
    )  # fmt: skip


def return_ended(*, number: str, link: str) -> Mail:
    return Mail(
        say(N_("The return of order %(number)s has ended"), number=number),
        (
            say(N_("The goods stay with the buyer, and the order goes on as if nothing had been asked.")),
            say(N_("The order:\n%(link)s"), link=link),
        ),
    )


def return_at_arbiter(*, number: str, until: datetime | None, link: str) -> Mail:
    return Mail(
        say(N_("The market decides about the return of order %(number)s"), number=number),
        (
            say(N_("The return was not finished in time, so the money stays held and somebody of the market divides it.")),
            what_to_add(until, link),
        ),
    )  # fmt: skip


def rest_at_arbiter(*, number: str, until: datetime | None, link: str) -> Mail:
    return Mail(
        say(N_("The market decides about order %(number)s"), number=number),
        (
            say(N_("A part of the goods has not left in time, so the money stays held and somebody of the market divides it.")),
            what_to_add(until, link),
        ),
    )  # fmt: skip


def return_needs_signature(*, number: str, amount: Money, release_at: datetime, link: str) -> Mail:
    return Mail(
        say(N_("Hold your money: the return of order %(number)s is not finished"), number=number),
        (
            say(N_("You paid from your own wallet, so only you can hold the %(amount)s. Report a problem and sign it:\n%(link)s"), amount=amount, link=link),
            say(N_("If you do not, the seller is paid on %(release_at)s, also while goods are on their way back."), release_at=Day(release_at)),
        ),
    )  # fmt: skip


def evidence_added(*, number: str, until: datetime | None, link: str) -> Mail:
    last = (
        say(N_("You can answer until %(until)s:\n%(link)s"), until=Day(until), link=link)
        if until
        else say(N_("The order:\n%(link)s"), link=link)
    )
    return Mail(
        say(N_("The other side added evidence to order %(number)s"), number=number),
        (say(N_("Read what was added. Somebody of the market decides with what both of you show.")), last),
    )
