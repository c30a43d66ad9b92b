"""What happens next while goods are on their way back, for each side, and what silence does."""

from app.errors import N_
from app.orders.rules.returns import WAIT_FOR_SELLER, ReturnState, RunningReturn
from app.orders.rules.story import Story
from app.orders.rules.upcoming import MainAction, NextEvent, Tone
from app.orders.rules.words import Day, Text, say


def return_event(story: Story, *, for_seller: bool) -> NextEvent | None:
    """None unless a return is running."""
    running = story.running_return
    if running is None:
        return None
    headline = (_for_seller if for_seller else _for_buyer)(story, running)
    is_theirs = (running.state in WAIT_FOR_SELLER) == for_seller
    return NextEvent(
        headline,
        _silence(story, running, for_seller=for_seller),
        min(running.due_at, running.hold_at),
        MainAction.RETURN,
        Tone.WARN if is_theirs else Tone.ESCROW,
    )


def _for_buyer(story: Story, running: RunningReturn) -> Text:
    by = Day(running.due_at)
    return {
        ReturnState.REQUESTED: say(N_("Next: %(seller)s answers about your return by %(by)s."), seller=story.seller, by=by),
        ReturnState.APPROVED: say(N_("Next: you send the goods back by %(by)s."), by=by),
        ReturnState.SENT: say(N_("Next: %(seller)s says by %(by)s that the goods came back."), seller=story.seller, by=by),
        ReturnState.RECEIVED: say(N_("Next: %(seller)s gives the money back by %(by)s."), seller=story.seller, by=by),
    }[running.state]  # fmt: skip


def _for_seller(_story: Story, running: RunningReturn) -> Text:
    by = Day(running.due_at)
    return {
        ReturnState.REQUESTED: say(N_("Next: answer the buyer's return by %(by)s."), by=by),
        ReturnState.APPROVED: say(N_("Next: the buyer sends the goods back by %(by)s."), by=by),
        ReturnState.SENT: say(N_("Next: say by %(by)s that the goods came back."), by=by),
        ReturnState.RECEIVED: say(N_("Next: give the money back by %(by)s."), by=by),
    }[running.state]


def _silence(story: Story, running: RunningReturn, *, for_seller: bool) -> Text:
    if running.state is ReturnState.APPROVED and running.due_at <= running.hold_at:
        return say(
            N_("If nothing is sent by then, the return ends and the order goes on. The money stays held meanwhile.")
        )
    if story.paid_by == "card":
        return say(
            N_("If nobody acts, the market holds the money on %(by)s and decides about it."),
            by=Day(min(running.due_at, running.hold_at)),
        )
    if for_seller:
        return say(
            N_("If nobody acts, you are paid on %(by)s, unless the buyer reports a problem before."),
            by=Day(story.auto_release_at),
        )
    return say(
        N_("Only you can hold this money: if the return is not done, report a problem and sign it before %(by)s. If you do not, the seller is paid on that day."),
        by=Day(story.auto_release_at),
    )  # fmt: skip
