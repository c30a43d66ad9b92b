"""What the market writes about orders that a company pays later. Each says that nothing is in escrow while it is unpaid."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import IntEnum

from app.errors import N_
from app.money.amounts import Money
from app.orders.rules.mails import Mail
from app.orders.rules.words import Day, Text, say

NOT_IN_ESCROW = N_("Not paid yet: nothing is held in escrow. Due on %(due)s.")
PAY_HERE = N_("See the order and pay it here:\n%(link)s")
THE_ORDER = N_("The order:\n%(link)s")


class Stage(IntEnum):
    """How far the day to pay is, or is past: one reminder each."""

    NONE = 0
    SOON = 1
    TODAY = 2
    LATE = 3
    VERY_LATE = 4


FIRST_DAY = {Stage.SOON: -3, Stage.TODAY: 0, Stage.LATE: 7, Stage.VERY_LATE: 30}
"""Days after the day to pay from which each reminder is sent."""


def stage_at(due_on: date, today: date) -> Stage:
    """The newest reminder that is due: after a standstill older ones are not sent any more."""
    days = (today - due_on).days
    return max((stage for stage, first in FIRST_DAY.items() if days >= first), default=Stage.NONE)


def on_terms_for_buyer(*, number: str, total: Money, due: date, link: str, receipts: Sequence[str]) -> Mail:
    return Mail(
        say(N_("Order %(number)s is placed: pay by %(due)s"), number=number, due=due),
        (
            say(N_("Thank you. You ordered for %(total)s, and the seller lets you pay later."), total=total),
            say(NOT_IN_ESCROW, due=due),
            *(say("%(receipt)s", receipt=receipt) for receipt in receipts),
            say(N_("Until you pay, the market can give nothing back: what you pay is held for you only from then on.")),
            say(PAY_HERE, link=link),
        ),
    )


def on_terms_for_seller(
    *, number: str, total: Money, due: date, ship_by: datetime, link: str, company: Sequence[Text]
) -> Mail:
    return Mail(
        say(N_("New order %(number)s, to be paid by %(due)s"), number=number, due=due),
        (
            say(N_("You sold goods for %(total)s on the terms that you have granted."), total=total),
            say(NOT_IN_ESCROW, due=due),
            *company,
            say(
                N_(
                    "You may send it before it is paid, at your own risk. The buyer expects it to leave by %(ship_by)s."
                ),
                ship_by=Day(ship_by),
            ),
            say(THE_ORDER, link=link),
        ),
    )


def owed_paid_for_buyer(*, number: str, total: Money, link: str, is_accepted: bool, signs: bool) -> Mail:
    """`signs`: it came from the buyer's own wallet, which releases it too."""
    if not is_accepted:
        then = N_("It waits there until you say that you have the goods.")
    elif signs:
        then = N_("You said that you have the goods: sign on the page of the order that the seller is paid.")
    else:
        then = N_("You said that you have the goods, so the seller is paid from there at once.")
    return Mail(
        say(N_("You paid order %(number)s"), number=number),
        (
            say(N_("You paid %(total)s. The money goes into escrow now."), total=total),
            say(then),
            say(THE_ORDER, link=link),
        ),
    )


def owed_paid_for_seller(*, number: str, total: Money, link: str) -> Mail:
    return Mail(
        say(N_("Order %(number)s was paid"), number=number),
        (
            say(N_("The buyer paid %(total)s. The money is being put into escrow for you."), total=total),
            say(N_("If you have not sent it yet, the order page says by when:\n%(link)s"), link=link),
        ),
    )


def owed_again(*, number: str, due: date, link: str) -> Mail:
    return Mail(
        say(N_("Order %(number)s is unpaid again"), number=number),
        (
            say(N_("The payment could not be put into escrow in time, so all of it goes back to the card.")),
            say(NOT_IN_ESCROW, due=due),
            say(THE_ORDER, link=link),
        ),
    )


def charged_after_end(*, number: str, total: Money) -> Mail:
    return Mail(
        say(N_("Your payment for order %(number)s goes back to your card"), number=number),
        (
            say(N_("Your card was charged for an order that had been canceled or settled meanwhile.")),
            say(
                N_("We sent all of it back at once: %(total)s. It takes your bank a few days to show it."), total=total
            ),
        ),
    )


def reminder(stage: Stage, *, number: str, seller: str, total: Money, due: date, link: str) -> Mail:
    subjects = {
        Stage.SOON: N_("Order %(number)s is to be paid by %(due)s"),
        Stage.TODAY: N_("Order %(number)s is to be paid today"),
        Stage.LATE: N_("Order %(number)s is overdue since %(due)s"),
        Stage.VERY_LATE: N_("Order %(number)s is long overdue, since %(due)s"),
    }
    owed = say(
        N_("Your company owes %(seller)s %(total)s for order %(number)s."), seller=seller, total=total, number=number
    )
    blocked = say(N_("While it is overdue, %(seller)s sells to your company only against payment."), seller=seller)
    return Mail(
        say(subjects[stage], number=number, due=due),
        (
            owed,
            say(NOT_IN_ESCROW, due=due),
            *((blocked,) if stage >= Stage.LATE else ()),
            say(PAY_HERE, link=link),
            say(N_("If you have paid the seller in another way, ask the seller to note that here.")),
        ),
    )


def due_moved(*, number: str, seller: str, due: date, link: str) -> Mail:
    return Mail(
        say(N_("You have until %(due)s to pay order %(number)s"), due=due, number=number),
        (
            say(N_("%(seller)s gave you more time."), seller=seller),
            say(NOT_IN_ESCROW, due=due),
            say(PAY_HERE, link=link),
        ),
    )


def settled_outside(*, number: str, seller: str, reason: str, link: str) -> Mail:
    return Mail(
        say(N_("Order %(number)s is settled outside the market"), number=number),
        (
            say(N_("%(seller)s notes that nothing is owed any more. Reason: %(reason)s"), seller=seller, reason=reason),
            say(N_("The market never held money for it, so it can give nothing back. Do not pay it here any more.")),
            say(THE_ORDER, link=link),
        ),
    )


def canceled_unpaid(*, number: str, link: str, by_seller: bool) -> Mail:
    """To the other side."""
    who = N_("The seller canceled it before it left.") if by_seller else N_("The buyer canceled it before it left.")
    then = (
        N_("You owe nothing for it, and nothing was charged.")
        if by_seller
        else N_("Do not ship it. Nothing was paid, and the goods are on your stall again.")
    )
    return Mail(
        say(N_("Order %(number)s is canceled, unpaid"), number=number),
        (say(who), say(then), say(THE_ORDER, link=link)),
    )
