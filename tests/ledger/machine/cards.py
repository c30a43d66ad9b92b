"""What Stripe does."""

from random import Random
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.ledger import recipes
from app.ledger.chart import USD
from tests.ledger.amounts import AT, log_ref
from tests.ledger.machine.happenings import Happenings, key, pick, some_cents, some_shop

DISPUTE_FEE = 1500


class Cards(Happenings):
    @rule(cents=some_cents)
    def a_card_is_charged(self, cents: int) -> None:
        self.post(recipes.card_payment_succeeded, payment_intent=key(), cents=cents, at=AT)
        self.unsettled.append(cents)
        self.paid.append(cents)

    @rule(cents=some_cents, shop=some_shop)
    def the_market_pays_a_part_by_voucher(self, cents: int, shop: UUID) -> None:
        self.post(recipes.market_voucher_granted, order_id=uuid4(), organization_id=shop, cents=cents, at=AT)
        self.vouchers += cents
        self.paid.append(cents)

    @precondition(lambda self: self.unsettled)
    @rule()
    def stripe_takes_its_fee(self) -> None:
        gross = self.unsettled.pop(0)
        fee = min(gross, gross * 29 // 1000 + 30)
        self.post(recipes.charge_settled, balance_transaction=key(), gross=gross, fee=fee, at=AT)
        self.at_stripe += gross - fee
        self.settled.append(gross)

    def tokens_leave(self, cents: int) -> None:
        """What was given back to somebody outside the chain is no supply any more."""

    @precondition(lambda self: self.to_refund)
    @rule()
    def a_card_is_given_back(self) -> None:
        cents = self.to_refund.pop(0)
        self.tokens_leave(cents)
        self.post(recipes.card_refund_succeeded, refund=key(), cents=cents, at=AT, order_id=None)
        self.refunding.append(cents)

    @precondition(lambda self: self.to_refund and self.vouchers >= self.to_refund[0])
    @rule(shop=some_shop)
    def a_voucher_is_the_markets_again(self, shop: UUID) -> None:
        cents = self.to_refund.pop(0)
        self.tokens_leave(cents)
        facts = {"order_id": uuid4(), "organization_id": shop, "part": "all"}
        self.post(recipes.market_voucher_returned, **facts, cents=cents, at=AT)
        self.vouchers -= cents

    @precondition(lambda self: self.refunding)
    @rule()
    def stripe_takes_a_refund(self) -> None:
        cents = self.refunding.pop(0)
        self.post(recipes.refund_settled, balance_transaction=key(), amount=cents, fee=0, at=AT)
        self.at_stripe -= cents
        self.refunded.append(cents)

    @precondition(lambda self: self.refunded)
    @rule()
    def a_cards_bank_sends_a_refund_back(self) -> None:
        cents = self.refunded.pop(0)
        self.post(recipes.card_refund_failed, refund=key(), cents=cents, at=AT, order_id=None)
        self.post(recipes.refund_returned, balance_transaction=key(), amount=cents, fee=0, at=AT)
        self.at_stripe += cents
        self.owed_again.append(cents)

    @precondition(lambda self: self.owed_again or self.to_refund)
    @rule()
    def what_no_card_takes_is_paid_by_bank(self) -> None:
        if not self.owed_again:
            self.tokens_leave(self.to_refund[0])
        cents = (self.owed_again or self.to_refund).pop(0)
        facts = {"refund_key": key(), "payment_intent": key(), "order_id": None}
        self.post(recipes.refund_paid_by_bank, **facts, cents=cents, at=AT)
        self.at_bank -= cents

    @precondition(lambda self: self.to_refund and any(self.lost))
    @rule()
    def the_buyer_had_the_money_from_the_cards_bank_already(self) -> None:
        loss, owed = max(self.lost), self.to_refund.pop(0)
        cents = min(loss, owed)
        self.tokens_leave(cents)
        facts = {"refund_key": key(), "payment_intent": key(), "order_id": None}
        self.post(recipes.refund_met_by_chargeback, **facts, cents=cents, at=AT)
        self.to_refund += [owed - cents] if owed > cents else []
        self.lost.remove(loss)
        self.lost.append(loss - cents)

    @precondition(lambda self: self.settled)
    @rule()
    def a_charge_is_disputed(self) -> None:
        cents = self.settled.pop(0)
        self.post(recipes.dispute_withdrawn, balance_transaction=key(), amount=cents, fee=DISPUTE_FEE, at=AT)
        self.at_stripe -= cents + DISPUTE_FEE
        self.disputed.append(cents)

    @precondition(lambda self: self.disputed)
    @rule(won=st.booleans())
    def a_dispute_ends(self, won: bool) -> None:
        cents = self.disputed.pop(0)
        if won:
            self.post(recipes.dispute_reinstated, balance_transaction=key(), amount=cents, fee=0, at=AT)
            self.at_stripe += cents
        else:
            self.post(recipes.dispute_lost, dispute=key(), cents=cents, at=AT)
            self.lost.append(cents)

    @precondition(lambda self: self.book.of("1100", USD) > 0)
    @rule(random=pick)
    def stripe_pays_out(self, random: Random) -> None:
        cents = random.randint(1, self.book.of("1100", USD))
        self.post(recipes.stripe_payout_created, balance_transaction=key(), cents=cents, at=AT)
        self.at_stripe -= cents
        self.on_way.append(cents)

    @precondition(lambda self: self.on_way)
    @rule(has_failed=st.booleans())
    def a_payout_ends(self, has_failed: bool) -> None:
        cents = self.on_way.pop(0)
        if has_failed:
            self.post(recipes.stripe_payout_failed, balance_transaction=key(), cents=cents, at=AT)
            self.at_stripe += cents
        else:
            self.post(recipes.stripe_payout_arrived, payout=key(), cents=cents, at=AT)
            self.at_bank += cents
            self.arrived.append(cents)

    @precondition(lambda self: self.arrived)
    @rule()
    def the_bank_sends_a_payout_back(self) -> None:
        cents = self.arrived.pop(0)
        self.post(recipes.stripe_payout_returned, payout=key(), cents=cents, at=AT)
        self.post(recipes.stripe_payout_failed, balance_transaction=key(), cents=cents, at=AT)
        self.at_bank -= cents
        self.at_stripe += cents

    @rule(net=st.integers(-(10**6), 10**6).filter(bool), fee=st.integers(-500, 500))
    def stripe_says_what_we_cannot_explain_or_had_otherwise(self, net: int, fee: int) -> None:
        for recipe in (recipes.stripe_movement_in_suspense, recipes.stripe_corrected):
            self.post(recipe, key=key(), balance_transaction=key(), net=net, fee=fee, at=AT)
            self.at_stripe += net

    @rule(wei=st.integers(1, 10**21))
    def coin_for_gas_comes_in(self, wei: int) -> None:
        self.post(recipes.gas_topped_up, chain_id=1, block_number=uuid4().int % 2**60, wei=wei, at=AT)
        self.coin += wei

    @precondition(lambda self: self.coin)
    @rule(random=pick)
    def the_chain_takes_gas(self, random: Random) -> None:
        wei = random.randint(1, self.coin)
        self.post(recipes.gas_spent, purpose="release", wei=wei, log=log_ref())
        self.coin -= wei
