"""What happens to an order's leg in the escrow contract."""

from random import Random
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.ledger import recipes
from app.ledger.chart import token_account
from app.ledger.entries import LegRef
from app.money.amounts import UNITS_PER_CENT, cents_completed, fee_due, units_share_included
from tests.ledger.amounts import log_ref
from tests.ledger.machine.happenings import MARKET_HELD, SUSPENSE, WALLET, WALLET_SHOP, Happenings, Leg, pick, some_shop

FEE_BPS, VAT_BPS = 500, 1000


class Orders(Happenings):
    def in_wallets(self) -> int:
        """The most that a wallet may pay."""
        raise NotImplementedError

    def fund(self, shop: UUID, units: int, *, by_card: bool) -> None:
        leg = Leg(LegRef(uuid4(), shop, shop != WALLET_SHOP), units, by_card)
        recipe = recipes.leg_funded_by_card if by_card else recipes.leg_funded_by_wallet
        self.post(recipe, leg=leg.ref, units=units, log=log_ref())
        self.legs.append(leg)

    @precondition(lambda self: self.ready)
    @rule(shop=some_shop)
    def the_treasury_funds_a_leg(self, shop: UUID) -> None:
        self.fund(shop, self.ready.pop(0) * UNITS_PER_CENT, by_card=True)

    @precondition(lambda self: self.in_wallets() > 0)
    @rule(shop=some_shop, random=pick)
    def a_wallet_funds_a_leg(self, shop: UUID, random: Random) -> None:
        units = random.randint(1, self.in_wallets())
        self.to_wallet(-units)
        self.fund(shop, units, by_card=False)

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick, is_refused=st.booleans())
    def part_of_a_leg_is_released(self, random: Random, is_refused: bool) -> None:
        """By the buyer, by time, or by the arbiter; the token may refuse the seller's address."""
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.choice([leg.left, random.randint(1, leg.left)])
        fee = fee_due(leg.released + units, FEE_BPS) - fee_due(leg.released, FEE_BPS)
        net = units - fee
        self.post(recipes.leg_released, leg=leg.ref, net=net, fee=fee, fee_vat_bps=VAT_BPS, log=log_ref())
        leg.released += units
        leg.fee += fee
        self.paid_to_seller(leg, net)
        if is_refused and net:
            target = self.holder_of(leg.ref.organization_id)
            facts = {"target": target, "is_ours": False, "units": net, "who": b"s", "log": log_ref()}
            self.post(recipes.transfer_refused, **facts)
            self.paid_to_seller(leg, -net)
            self.waiting.append((target, net))

    def paid_to_seller(self, leg: Leg, units: int) -> None:
        if not leg.ref.seller_is_market_held:
            self.to_wallet(units)

    @precondition(lambda self: self.waiting)
    @rule()
    def what_waits_is_withdrawn(self) -> None:
        target, units = self.waiting.pop(0)
        facts = {"target": target, "is_ours": False, "units": units, "known": units, "who": b"s", "log": log_ref()}
        self.post(recipes.waiting_withdrawn, **facts)
        self.to_wallet(units if target == WALLET else 0)

    @precondition(lambda self: any(leg.fee for leg in self.legs))
    @rule(random=pick)
    def the_market_gives_its_commission_back(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.fee])
        units = random.randint(1, leg.fee)
        vat = units_share_included(units, VAT_BPS)
        self.post(recipes.commission_given_back, leg=leg.ref, units=units, vat=vat, log=log_ref())
        leg.fee -= units
        self.paid_to_seller(leg, units)

    @precondition(lambda self: any(leg.left for leg in self.legs))
    @rule(random=pick)
    def part_of_a_leg_is_refunded(self, random: Random) -> None:
        leg = random.choice([leg for leg in self.legs if leg.left])
        units = random.choice([leg.left, random.randint(1, leg.left)])
        if leg.by_card:
            facts = {"leg": leg.ref, "units": units, "refunded_before": leg.refunded, "log": log_ref()}
            self.post(recipes.leg_refunded_to_treasury, **facts)
            cents, _ = cents_completed(leg.refunded, units)
            self.to_refund += [cents] if cents else []
        else:
            self.post(recipes.leg_refunded_to_wallet, leg=leg.ref, units=units, log=log_ref())
            self.to_wallet(units)
        leg.refunded += units

    @precondition(lambda self: self.in_wallets() > 0)
    @rule(random=pick, number=st.sampled_from(["1205", "1206", "1210"]))
    def a_stranger_sends_tokens(self, random: Random, number: str) -> None:
        units = random.randint(1, self.in_wallets())
        target = (token_account(number), SUSPENSE)
        self.post(recipes.stray_transfer, source=WALLET, target=target, units=units, log=log_ref())
        self.to_wallet(-units)
        self.strays[number] += units
        self.unexplained += units

    @precondition(lambda self: self.in_wallets() > 0)
    @rule(random=pick, shop=st.sampled_from(MARKET_HELD))
    def a_stranger_sends_tokens_to_a_seller(self, random: Random, shop: UUID) -> None:
        units = random.randint(1, self.in_wallets())
        facts = {"source": WALLET, "target": self.holder_of(shop), "units": units, "log": log_ref()}
        self.post(recipes.stray_transfer, **facts)
        self.to_wallet(-units)
