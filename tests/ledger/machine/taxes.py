"""Tax that a country has the market keep of what sellers get: books at once, tokens after them."""

from random import Random
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.ledger import recipes
from app.ledger.chart import TOKEN, USD, country_owner
from app.money.amounts import UNITS_PER_CENT
from tests.ledger.amounts import AT, log_ref
from tests.ledger.machine.happenings import MARKET_HELD, Happenings, key, pick

TAKEN = {"2310": recipes.tax_withheld, "2320": recipes.supply_vat_taken}
GIVEN_BACK = {"2310": recipes.tax_given_back, "2320": recipes.supply_vat_given_back}
KINDS = [(number, country) for number in TAKEN for country in ("KH", "PH")]


class Taxes(Happenings):
    def remit_tokens(self, **facts: object) -> None:
        """Withheld tokens become dollars, as the policy has it."""
        raise NotImplementedError

    def kept(self, kind: tuple[str, str]) -> int:
        number, country = kind
        return self.book.of(number, TOKEN, country_owner(country))

    def moved(self) -> int:
        """Units at the market's address of withheld tax that nobody waits for."""
        return self.book.of("1206", TOKEN) - self.strays["1206"] - sum(units for _, units in self.returning)

    @precondition(lambda self: any(self.redeemable(shop) > 0 for shop in MARKET_HELD))
    @rule(random=pick, kind=st.sampled_from(KINDS))
    def tax_is_kept(self, random: Random, kind: tuple[str, str]) -> None:
        number, country = kind
        shop = random.choice([shop for shop in MARKET_HELD if self.redeemable(shop) > 0])
        units = random.randint(1, self.redeemable(shop))
        facts = {"organization_id": shop, "order_id": uuid4(), "country": country, "units": units}
        self.post(TAKEN[number], key=key(), **facts, at=AT, log=log_ref())
        self.taken.append((shop, number, country, units))
        self.set_aside.append((shop, units))

    @precondition(lambda self: self.set_aside)
    @rule()
    def its_tokens_follow(self) -> None:
        shop, units = self.set_aside.pop(0)
        self.post(recipes.withheld_tokens_moved, organization_id=shop, units=units, log=log_ref())

    @precondition(lambda self: any(self.kept((number, country)) for _, number, country, _ in self.taken))
    @rule(random=pick)
    def goods_come_back_and_so_does_their_tax(self, random: Random) -> None:
        one = random.choice([one for one in self.taken if self.kept(one[1:3])])
        shop, number, country, most = one
        units = random.randint(1, min(most, self.kept((number, country))))
        facts = {"organization_id": shop, "order_id": uuid4(), "country": country, "units": units}
        self.post(GIVEN_BACK[number], key=key(), **facts, at=AT)
        self.taken.remove(one)
        self.taken += [(shop, number, country, most - units)] if most > units else []
        self.returning.append((shop, units))

    @precondition(lambda self: self.returning and self.returning[0][1] <= self.book.of("1206", TOKEN))
    @rule()
    def its_tokens_come_back(self) -> None:
        shop, units = self.returning.pop(0)
        self.post(recipes.withheld_tokens_returned, organization_id=shop, units=units, log=log_ref())

    def remittable(self, kind: tuple[str, str]) -> int:
        return min(self.kept(kind), self.moved()) // UNITS_PER_CENT

    @precondition(lambda self: any(self.remittable(kind) > 0 for kind in KINDS))
    @rule(random=pick)
    def a_month_of_tax_becomes_dollars(self, random: Random) -> None:
        number, country = kind = random.choice([kind for kind in KINDS if self.remittable(kind) > 0])
        cents = random.randint(1, self.remittable(kind))
        self.remit_tokens(country=country, units=cents * UNITS_PER_CENT, log=log_ref(), number=number)
        self.to_remit[kind] += cents

    @precondition(lambda self: any(self.to_remit.values()))
    @rule(random=pick)
    def the_bank_pays_a_tax_office(self, random: Random) -> None:
        number, country = kind = random.choice([kind for kind, cents in self.to_remit.items() if cents])
        cents = random.randint(1, self.to_remit[kind])
        facts = {"remittance_id": uuid4(), "country": country, "cents": cents, "number": number}
        self.post(recipes.tax_remitted, **facts, at=AT)
        self.at_bank -= cents
        self.to_remit[kind] -= cents

    def tax_in_dollars(self, kind: tuple[str, str]) -> int:
        number, country = kind
        return self.book.of(number, USD, country_owner(country))

    def of_tax(self, shop: UUID) -> int:
        """Units at a seller's address that are not its own any more, less what is its own and not there yet."""
        on_way = sum(units for whose, units in self.set_aside if whose == shop)
        return on_way - sum(units for whose, units in self.returning if whose == shop)
