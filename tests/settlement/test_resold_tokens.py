"""Policy *treasury*: the token is somebody else's; the market buys a float, resells it, and takes it back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.bookkeeping.actions.book_bank_line import book_float, revalue_float
from app.bookkeeping.errors import FloatNotThere, NoFloat
from app.chain.actions.deploy_contracts import adopt_contract, deploy_contract
from app.chain.contracts import ESCROW, TOKEN, encode_call
from app.chain.errors import RpcRefused
from app.chain.models import Deployment
from app.chain.typed_data import sign
from app.cli.demo.load_money import BUYER, FLOAT_CENTS, WALLET_CENTS, write_money
from app.cli.demo.wallets import demo_wallet
from app.config import current
from app.db.session import reading, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.events import bus
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import country_owner
from app.ledger.models import Journal, LedgerAccount
from app.ledger.queries import balance
from app.ledger.recipes import (
    bank_receipt_recorded,
    capital_paid_in,
    tax_withheld,
    tokens_minted_to_treasury,
)
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.refund_order import refund_order
from app.payouts.actions.decide_redemption import approve_redemption
from app.payouts.actions.make_bank_file import make_bank_file
from app.payouts.actions.mark_paid import mark_paid
from app.payouts.actions.request_redemption import request_redemption
from app.payouts.actions.set_bank_account import set_bank_account
from app.reactions import SUBSCRIBERS
from app.reconciliation.outside import look_at_chain
from app.reconciliation.queries import tie_out
from app.reconciliation.rules import StripeView, TieOut
from app.settlement.actions.allow_escrow import allow_escrow
from app.settlement.actions.choose_policy import choose_policy
from app.settlement.actions.deploy_market import deploy_market
from app.settlement.actions.exit_leg import release_leg
from app.settlement.actions.fund_escrow import fund_by_wallet, funding_message
from app.settlement.actions.move_tokens import burn_tax, credit_wallet, set_tax_aside
from app.settlement.actions.wake_mints import wake_mints
from app.settlement.errors import TokenPolicyKept
from app.settlement.models import ChainIntent, TokenPolicy
from app.settlement.queries import contract_addresses
from app.settlement.rules import FLOAT_TOO_SMALL
from app.shipping.rules import RateTerms
from app.withholding.models import TaxRemittance
from tests.ledger.amounts import log_ref
from tests.payouts.test_redemption import ABA
from tests.support.evm import EvmChain
from tests.support.postgres import a_clone
from tests.support.settled import SETTLEMENT_SUBSCRIBERS, Settled
from tests.support.template import TEMPLATE
from tests.support.trade import Trade, buyer_of

UNIT = 10_000
FREE = RateTerms("domestic", "Parcel", "VET Express", 1, 3, 0)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Reselling(Trade):
    """A market whose token another firm issues."""

    issuer: LocalAccount
    token: bytes

    def without_orders(self) -> None:
        """Escrows alone: nobody above settlement listens."""
        bus.install(SETTLEMENT_SUBSCRIBERS)

    def issued(self, cents: int, to: bytes | None = None) -> None:
        """The issuer sends tokens, to the treasury unless said otherwise."""
        receiver = to or self.keys.address("treasury")
        data = encode_call(TOKEN, "mint", "0x" + receiver.hex(), cents * UNIT, uuid4().bytes * 2)
        self.chain.send(self.issuer.address, "0x" + self.token.hex(), data="0x" + data.hex())
        self.settle()

    def buy_float(self, cents: int, *, price: int | None = None, reference: str | None = None) -> None:
        self.issued(cents)
        with transaction() as session:
            book_float(
                session,
                self.operator,
                cents=price or cents,
                tokens=cents,
                reference=reference or f"F {uuid4().hex[:8]}",
                at=NOW,
            )
        self.settle()

    def equation(self) -> None:
        """What we hold on chain is what is booked, and dollars stand against tokens one to one."""
        for number, name in (("1200", "treasury"), ("1205", "fees"), ("1206", "taxes")):
            assert self.books(number) == self.on_chain(self.keys.address(name))
        assert self.books("1210") == self.on_chain(self.escrow_address())
        assert self.books("3900") == -self.books("3900", "USD") * UNIT
        with reading() as session:
            issuers = session.query(LedgerAccount).filter(LedgerAccount.number.in_(("3910", "1250", "2100"))).count()
        assert issuers == 0

    def tied(self) -> TieOut:
        """The chain's side of the tie-out; at Stripe these tests have no account."""
        view = look_at_chain()
        with reading() as session:
            return tie_out(session, view, StripeView(self.books("1100", "USD"), 0))

    def chain_ties(self) -> None:
        found = self.tied()
        loose = [row for row in found.rows if not row.ties]
        assert not loose, loose
        assert not [one for one in found.findings if one.asset == "CTM"]


@pytest.fixture
def market(evm: EvmChain, database_server: EmbeddedPostgres) -> Iterator[Reselling]:
    with a_clone(database_server, TEMPLATE) as url:
        made = Reselling.__new__(Reselling)
        Settled.__init__(made, evm, url)
        current.install(replace(current.settings(), token_policy="treasury"))
        _stand_up(made)
        Trade.__init__(made, evm, url)
        current.install(replace(current.settings(), token_policy="treasury"))
        yield made
        made.close()


def _stand_up(made: Reselling) -> None:
    treasury, made.issuer = made.keys.treasury(), Account.create()
    for address in (treasury.address, made.issuer.address):
        made.chain.call("anvil_setBalance", address, hex(10**21))
    made.chain.call("anvil_impersonateAccount", made.issuer.address)
    with transaction() as session:
        choose_policy(session)
    made.token, _ = deploy_contract(
        made.rpc, made.issuer, TOKEN, ("Phsar Dollar", "CTM", 6, made.issuer.address, made.issuer.address)
    )
    escrow, _ = deploy_contract(made.rpc, treasury, ESCROW, (treasury.address,))
    allow_escrow(made.rpc, treasury, made.token, escrow)
    with transaction() as session:
        post_journal(session, capital_paid_in(key="capital:test", cents=1_000_000, at=datetime.now(UTC)))


def intent(kind: str) -> ChainIntent:
    with reading() as session:
        return session.query(ChainIntent).filter_by(kind=kind).order_by(ChainIntent.id.desc()).limit(1).one()


def test_a_float_is_bought_at_a_price_and_stands_at_a_dollar_a_token(market: Reselling) -> None:
    market.issued(50_000)
    assert (market.books("1200"), market.books("2900")) == (50_000 * UNIT, 50_000 * UNIT)
    with pytest.raises(FloatNotThere), transaction() as session:
        book_float(session, market.operator, cents=50_001, tokens=50_001, reference="F 1", at=NOW)
    for _ in range(2):
        with transaction() as session:
            book_float(session, market.operator, cents=50_075, tokens=50_000, reference="F 1", at=NOW)
    assert market.books("2900") == 0
    assert market.books("4910", "USD") == -75
    assert market.books("1010", "USD") == 1_000_000 - 50_075
    with transaction() as session:
        revalue_float(session, market.operator, cents=-30, reference="November", at=NOW)
    assert (market.books("1290", "USD"), market.books("4910", "USD")) == (-30, -105)
    market.equation()
    market.chain_ties()


def test_a_card_order_lives_and_ends_without_a_token_minted_or_burned(market: Reselling) -> None:
    market.buy_float(30_000)
    shop = market.shop_of(rates=[FREE])
    with transaction() as session:
        set_bank_account(session, shop.owner, shop.id, ABA)
    group = market.shipped_order(shop, price=10_000)
    (order,) = group.orders
    assert market.books("1200") == 20_000 * UNIT
    assert market.books("2110", owner=order.id) == 10_000 * UNIT
    assert market.books("2150", "USD") == 0
    market.equation()
    with transaction() as session:
        refund_order(session, shop.owner, order.id, cents=4_000, reason="bruised", form_token=uuid4(), now=market.now())
    market.settle()
    assert market.send_card_refunds() == 4_000
    assert market.books("1200") == 24_000 * UNIT, "what comes back is float again"
    assert market.books("2150", "USD") == 0
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=market.now())
    market.settle()
    assert market.books("2200", owner=shop.id) == 5_700 * UNIT
    market.equation()
    with transaction() as session:
        asked = request_redemption(session, shop.owner, shop.id, cents=5_700, form_token=uuid4()).id
        approve_redemption(session, market.operator, asked, now=NOW)
    market.settle()
    assert market.books("1200") == 29_700 * UNIT
    assert market.books("2210", "USD") == 5_700
    market.equation()
    with transaction() as session:
        file = make_bank_file(session, market.operator)
        mark_paid(session, market.operator, file.id, bank_reference="ABA 9", paid_at=NOW)
    assert market.books("2210", "USD") == market.books("2200", owner=shop.id) == 0
    assert market.books("1205") == 300 * UNIT
    with reading() as session:
        kinds = {kind for (kind,) in session.query(ChainIntent.kind).distinct()}
        events = {event for (event,) in session.query(Journal.event).distinct()}
    assert kinds & {"mint", "mint_wallet", "burn", "redeem"} == set()
    assert events & {"tokens_minted", "tokens_burned"} == set()
    market.equation()


def test_a_wallet_order_touches_only_what_is_in_our_hands(market: Reselling) -> None:
    market.without_orders()
    market.buy_float(30_000)
    buyer: LocalAccount = Account.create()
    address = bytes.fromhex(buyer.address[2:])
    with transaction() as session:
        post_journal(session, bank_receipt_recorded(reference="R-1", cents=20_000, at=NOW))
        credit_wallet(session, bank_receipt_id=uuid4(), wallet_address=address, units=20_000 * UNIT)
    market.settle()
    assert market.on_chain(address) == 20_000 * UNIT
    assert (market.books("1200"), market.books("2150", "USD")) == (10_000 * UNIT, 0)
    market.equation()
    shop = market.shop()
    group, (order,) = market.escrow(7_000, paid_by="wallet", buyer=address, shops=[shop])
    with reading() as session:
        document = funding_message(session, group)
    said = document["message"]
    with transaction() as session:
        fund_by_wallet(
            session,
            group,
            valid_after=said["validAfter"],
            valid_before=said["validBefore"],
            signature=sign(buyer, document),
        )
    market.settle()
    assert market.books("2110", owner=order) == market.books("1210") == 7_000 * UNIT
    with reading() as session:
        assert session.query(Journal).filter_by(order_id=order, event="leg_funded").count() == 1
    market.equation()


def test_a_refund_to_a_wallet_and_a_release_to_one_leave_our_books(market: Reselling) -> None:
    market.without_orders()
    market.buy_float(20_000)
    own = bytes.fromhex(market.chain.accounts[5][2:])
    shop = market.shop(wallet=own)
    group, (order,) = market.escrow(10_000, shops=[shop])
    market.card_paid(group, 10_000)
    market.settle()
    with transaction() as session:
        release_leg(session, order, key="release:1")
    market.settle()
    assert market.on_chain(own) == 9_500 * UNIT
    assert market.books("1210") == market.books("2110") == 0
    market.equation()
    market.chain.send("0x" + own.hex(), "0x" + market.token.hex(), data="0x" + _transfer(market, 1_000))
    market.settle()
    assert market.books("2900") == 1_000 * UNIT, "what a stranger sends is nobody's until somebody says what it is"
    market.equation()


def _transfer(market: Reselling, cents: int) -> str:
    receiver = "0x" + market.keys.address("treasury").hex()
    return encode_call(TOKEN, "transfer", receiver, cents * UNIT).hex()


def test_a_deposit_waits_for_the_float_and_goes_once_it_was_bought(market: Reselling) -> None:
    market.without_orders()
    market.buy_float(4_000)
    group, (order,) = market.escrow(10_000)
    market.card_paid(group, 10_000)
    market.settle()
    assert (intent("deposit").state, intent("deposit").problem) == ("planned", FLOAT_TOO_SMALL)
    assert market.books("2150", "USD") == 10_000
    market.buy_float(6_000)
    market.settle()
    assert market.books("2110", owner=order) == 10_000 * UNIT
    assert market.books("1200") == 0
    market.equation()


def test_two_deposits_do_not_spend_the_same_float(market: Reselling) -> None:
    market.without_orders()
    market.buy_float(10_000)
    groups = [market.escrow(6_000)[0] for _ in range(2)]
    for group in groups:
        market.card_paid(group, 6_000)
    market.settle()
    with reading() as session:
        states = sorted(state for (state,) in session.query(ChainIntent.state).filter_by(kind="deposit"))
    assert states == ["done", "planned"]
    market.equation()


def test_an_escrow_nobody_could_fund_is_given_up_and_its_float_stays(market: Reselling) -> None:
    market.without_orders()
    group, _ = market.escrow(5_000)
    market.card_paid(group, 5_000)
    market.settle()
    market.wait_until(market.now() + timedelta(hours=13))
    assert intent("deposit").state == "dropped"
    market.buy_float(5_000)
    assert market.books("1200") == 5_000 * UNIT
    market.equation()


def test_withheld_tax_comes_back_into_the_float_before_the_bank_pays_it(market: Reselling) -> None:
    market.without_orders()
    market.buy_float(10_000)
    shop = market.shop()
    group, (order,) = market.escrow(10_000, shops=[shop])
    market.card_paid(group, 10_000)
    market.settle()
    with transaction() as session:
        release_leg(session, order, key="release:1")
    market.settle()
    with transaction() as session:
        entry = tax_withheld(
            key="t", organization_id=shop, order_id=order, country="PH", units=50 * UNIT, at=NOW, log=log_ref()
        )
        post_journal(session, entry)
        set_tax_aside(session, organization_id=shop, key="tax:1", units=50 * UNIT)
    market.settle()
    assert market.books("1206") == 50 * UNIT
    market.equation()
    remittance = _remittance(market, 50)
    with transaction() as session:
        burn_tax(session, remittance_id=remittance, country="PH", units=50 * UNIT)
    market.settle()
    with reading() as session:
        assert balance(session, "2310", "USD", country_owner("PH")) == 50
    assert (market.books("1206"), market.books("1200")) == (0, 50 * UNIT)
    market.equation()


def _remittance(market: Reselling, cents: int) -> UUID:
    with transaction() as session:
        assert market.operator.user_id is not None
        row = TaxRemittance(
            country="PH", month=date(2026, 10, 1), units=cents * UNIT, cents=cents, created_by=market.operator.user_id
        )
        session.add(row)
        session.flush()
        return row.id


def test_the_policy_is_kept_by_the_database_once_something_is_booked(market: Reselling) -> None:
    with pytest.raises(DBAPIError, match="token policy is kept"), transaction() as session:
        session.execute(update(TokenPolicy).values(policy="issued"))
    with pytest.raises(DBAPIError, match="belongs to who issues"), transaction() as session:
        post_journal(session, tokens_minted_to_treasury(units=1, log=log_ref()))
    current.install(replace(current.settings(), token_policy="issued"))
    with pytest.raises(TokenPolicyKept), transaction() as session:
        choose_policy(session)


def test_who_issues_has_no_float(trade: Trade) -> None:
    with pytest.raises(NoFloat), transaction() as session:
        book_float(session, trade.operator, cents=1, tokens=1, reference="F 1", at=NOW)


def test_a_token_of_another_firm_is_adopted_once(market: Reselling) -> None:
    with transaction() as session:
        session.query(Deployment).filter_by(name=TOKEN).delete()
    assert adopt_contract(market.rpc, TOKEN, market.token) == market.token
    assert adopt_contract(market.rpc, TOKEN, market.token) == market.token
    with pytest.raises(RpcRefused, match="no code"):
        adopt_contract(market.rpc, TOKEN, bytes(19) + b"\x01")
    with reading() as session:
        escrow = contract_addresses(session)[ESCROW]
    with pytest.raises(RpcRefused, match="is recorded at"):
        adopt_contract(market.rpc, TOKEN, escrow)


def test_a_market_to_try_out_has_a_float_of_its_own(evm: EvmChain, database_server: EmbeddedPostgres) -> None:
    with a_clone(database_server, TEMPLATE) as url:
        made = Settled(evm, url)
        current.install(replace(current.settings(), token_policy="treasury"))
        made.chain.call("anvil_setBalance", made.keys.treasury().address, hex(10**21))
        bus.install(SUBSCRIBERS)
        deploy_market()
        deploy_market()
        with transaction() as session:
            write_money(session)
        made.settle()
        with transaction() as session:
            wake_mints(session)  # it looks again by itself after half a minute
        made.settle()
        wallet = bytes.fromhex(demo_wallet(BUYER).address[2:])
        assert made.on_chain(wallet) == WALLET_CENTS * UNIT
        assert made.books("1200") == made.on_chain(made.keys.address("treasury")) == (FLOAT_CENTS - WALLET_CENTS) * UNIT
        assert (made.books("2900"), made.books("2150", "USD")) == (0, 0)
        made.close()
