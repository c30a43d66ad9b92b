"""How sellers come to their money, and what they owe for chargebacks."""

from random import Random
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.ledger import recipes
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.amounts import AT, log_ref
from tests.ledger.machine.happenings import MARKET_HELD, Happenings, Recipe, Redemption, pick, some_shop


class Sellers(Happenings):
    def redeemed_by(self, **facts: object) -> None:
        """Tokens leave the seller, as the policy has it."""
        raise NotImplementedError

    @precondition(lambda self: any(self.redeemable(shop) >= UNITS_PER_CENT for shop in MARKET_HELD))
    @rule(random=pick)
    def a_seller_redeems(self, random: Random) -> None:
        shop = random.choice([shop for shop in MARKET_HELD if self.redeemable(shop) >= UNITS_PER_CENT])
        cents = random.randint(1, self.redeemable(shop) // UNITS_PER_CENT)
        self.redeemed_by(organization_id=shop, units=cents * UNITS_PER_CENT, log=log_ref())
        self.redemptions.append(Redemption(shop, cents))

    @precondition(lambda self: self.redemptions)
    @rule()
    def the_bank_pays_a_redemption(self) -> None:
        one = self.redemptions.pop(0)
        facts = {"redemption_id": one.id, "organization_id": one.shop, "cents": one.cents, "attempt": one.attempt}
        self.post(recipes.redemption_paid, **facts, at=AT)
        self.at_bank -= one.cents
        self.redeemed.append(one)

    @precondition(lambda self: self.redeemed)
    @rule(random=pick)
    def a_sellers_bank_sends_it_back(self, random: Random) -> None:
        one = self.redeemed.pop(0)
        facts = {"redemption_id": one.id, "organization_id": one.shop, "attempt": one.attempt}
        back = random.choice([one.cents, random.randint(0, one.cents)])
        self.post(recipes.redemption_returned, **facts, cents=one.cents, back=back, at=AT)
        self.at_bank += back
        self.redemptions.append(Redemption(one.shop, one.cents, one.id, one.attempt + 1))

    @precondition(lambda self: any(self.lost))
    @rule(shop=some_shop, random=pick)
    def a_seller_is_asked_for_a_chargeback(self, shop: UUID, random: Random) -> None:
        at = next(place for place, cents in enumerate(self.lost) if cents)
        claim, cents = uuid4(), random.randint(1, self.lost[at])
        facts = {"claim_id": claim, "organization_id": shop, "order_id": uuid4(), "cents": cents, "at": AT}
        self.post(recipes.chargeback_charged, **facts)
        self.lost[at] -= cents
        self.claims.append((claim, shop, cents))

    @precondition(lambda self: self.claims)
    @rule(random=pick, recipe=st.sampled_from([recipes.chargeback_received, recipes.chargeback_given_up]))
    def a_part_of_it_comes_or_is_given_up(self, random: Random, recipe: Recipe) -> None:
        claim, shop, left = self.claims.pop(0)
        part = random.randint(1, left)
        self.post(recipe, step_id=uuid4(), organization_id=shop, order_id=claim, cents=part, at=AT)
        if recipe is recipes.chargeback_given_up:
            self.lost.append(part)
        else:
            self.at_bank += part
        self.claims += [(claim, shop, left - part)] if left > part else []

    @precondition(lambda self: {shop for _, shop, _ in self.claims} & {one.shop for one in self.redemptions})
    @rule(random=pick)
    def a_part_of_a_payout_is_kept(self, random: Random) -> None:
        due = next(one for one in self.redemptions if any(shop == one.shop for _, shop, _ in self.claims))
        claim, shop, left = next(one for one in self.claims if one[1] == due.shop)
        part = random.randint(1, min(left, due.cents))
        facts = {"redemption_id": due.id, "claim_id": uuid4(), "organization_id": shop, "order_id": claim}
        self.post(recipes.chargeback_kept, **facts, cents=part, at=AT)
        due.cents -= part
        self.redemptions = [one for one in self.redemptions if one.cents]
        self.claims.remove((claim, shop, left))
        self.claims += [(claim, shop, left - part)] if left > part else []
