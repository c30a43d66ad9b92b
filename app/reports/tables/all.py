"""The reports of the books that are tables. One more is an entry here and a file in `sql/tables/`."""

from app.audit.words import ACTS, DETAILS
from app.errors import N_
from app.ledger.chart import CHART, GAS, TOKEN, USD
from app.ledger.words import EVENTS
from app.reports.tables.shape import Column, Kind, Table

_BOOKED_AT = Column("booked_at", N_("Booked"), N_("The moment whose month it counts in."), Kind.MOMENT)
_SEQUENCE = Column("sequence", N_("Journal no."), N_("The journal's number in the books."), Kind.COUNT)
_EVENT = Column("event", N_("Event"), N_("What happened, as the recipes of the books name it."), words=EVENTS)
_ACCOUNT = Column("account", N_("Account"), N_("Number in the chart of accounts."), leads="account")
_ACCOUNT_NAME = Column(
    "account_name",
    N_("Name"),
    N_("Name of the account; in CSV and Excel it is English."),
    words={line.name: line.name for line in CHART.values()},
)
_ASSET = Column(
    "asset", N_("Asset"), N_("What the amounts of the line are counted in: USD, or the settlement token CTM.")
)
_ORDER = Column("order_number", N_("Order"), N_("The order, as people say it."), leads="order")
_SELLER = Column("seller", N_("Seller"), N_("Whose order it is."))
_STRIPE = Column("stripe_id", N_("Stripe object"), N_("Stripe's own id of what it was."), leads="copy")
_CHAIN = Column("chain_id", N_("Chain"), N_("The chain it happened on."), Kind.COUNT, files_only=True)
_TX = Column("tx_hash", N_("Transaction"), N_("The transaction on that chain."), Kind.HASH, leads="copy")
_BLOCK = Column("block_number", N_("Block"), N_("The block of that transaction."), Kind.COUNT, files_only=True)
_LOG = Column("log_index", N_("Log"), N_("The event's place in that block."), Kind.COUNT, files_only=True)
_JOURNAL = Column("journal", N_("Journal"), N_("The id of the journal in the books."), leads="journal")

_PURPOSES = {
    "deploy": N_("A contract put on the chain"),
    "approve": N_("The escrow contract allowed to take tokens"),
    "anchor": N_("A seal put on the chain"),
    "mint": N_("Tokens minted"),
    "mint-wallet": N_("Tokens minted to a buyer's wallet"),
    "sell": N_("Tokens sold to a wallet"),
    "deposit": N_("Paid into escrow"),
    "received": N_("Released to the seller"),
    "release": N_("Released to the seller"),
    "timeout": N_("Released when its time was over"),
    "deposit_authorized": N_("Paid into escrow"),
    "mint_wallet": N_("Tokens minted to a buyer's wallet"),
    "cancel_unshipped": N_("Refunded from escrow"),
    "burn_tax": N_("Withheld tokens burned"),
    "give_commission": N_("Commission given back"),
    "found by its logs": N_("Found by its logs"),
    "cancel": N_("Refunded from escrow"),
    "refund": N_("Refunded from escrow"),
    "dispute": N_("A dispute opened"),
    "resolve": N_("A dispute decided"),
    "claim": N_("Released when its time was over"),
    "redeem": N_("Tokens redeemed"),
    "burn": N_("Tokens burned"),
    "burn-tax": N_("Withheld tokens burned"),
    "return-tax": N_("Withheld tax given back"),
    "commission-back": N_("Commission given back"),
}
"""By what a transaction's name begins with, or by the kind of what it does several of at once: `release x3`."""

GENERAL_LEDGER = Table(
    "general_ledger",
    N_("General ledger"),
    N_("Every posting by account, with the balance it left."),
    (
        _BOOKED_AT,
        _SEQUENCE,
        _EVENT,
        _ACCOUNT,
        _ACCOUNT_NAME,
        Column("party", N_("Party"), N_("The shop or company it is about.")),
        Column("debit", N_("Debit"), N_("Amount, if it stands on the debit side."), Kind.AMOUNT, sums=True),
        Column("credit", N_("Credit"), N_("Amount, if it stands on the credit side."), Kind.AMOUNT, sums=True),
        Column(
            "balance", N_("Balance"), N_("The account's balance after this line, on its natural side."), Kind.AMOUNT
        ),
        _ASSET,
        _ORDER,
        _STRIPE,
        _CHAIN,
        _TX,
        _BLOCK,
        _LOG,
        Column("effective_at", N_("Happened"), N_("When it happened."), Kind.MOMENT, files_only=True),
        Column("late_for", N_("Late for"), N_("The closed month it came too late for, if it did."), files_only=True),
        Column(
            "reverses",
            N_("Reverses"),
            N_("The number of the journal that this one takes back."),
            Kind.COUNT,
            files_only=True,
        ),
        _JOURNAL,
    ),
    N_("Nothing was booked in these days."),
    N_(
        "Debits and credits are equal in each asset. The last balance of an account is that of the trial balance of the same day."
    ),
    by_account=True,
)
FEES = Table(
    "fees",
    N_("Fees"),
    N_("Commission earned, and what card payments and chargebacks cost."),
    (
        _BOOKED_AT,
        _SEQUENCE,
        Column(
            "type",
            N_("Fee"),
            N_("Commission of the market, Stripe's fee of a card payment, or its fee of a chargeback."),
            words={
                "commission": N_("Commission"),
                "card_fee": N_("Fee of a card payment"),
                "dispute_fee": N_("Fee of a chargeback"),
            },
        ),
        _SELLER,
        _ORDER,
        Column("base", N_("Base"), N_("What the fee is a part of."), Kind.AMOUNT, sums=True),
        Column("commission", N_("Commission"), N_("Commission without its VAT."), Kind.AMOUNT, sums=True),
        Column("vat", N_("VAT"), N_("VAT on that commission."), Kind.AMOUNT, sums=True),
        Column("cost", N_("Cost"), N_("What Stripe took from the market."), Kind.AMOUNT, sums=True),
        Column("percent", N_("Percent"), N_("Fee and its VAT as percent of the base, to four decimals."), Kind.COUNT),
        _ASSET,
        Column("source", N_("Source"), N_("Stripe's object, or the transaction on chain."), leads="copy"),
        _JOURNAL,
    ),
    N_("No fees in these days."),
    N_("Commission adds up to account 4100 of these days, costs to 5100 and 5110."),
    for_sellers=True,
)
ESCROW_AGEING = Table(
    "escrow_ageing",
    N_("Escrow by age"),
    N_("What the escrow held for each order at the end of the last day, and how long."),
    (
        _ORDER,
        _SELLER,
        Column("buyer", N_("Buyer"), N_("The company or person who bought; empty for a guest.")),
        Column("since", N_("Since"), N_("When it was paid into escrow."), Kind.MOMENT),
        Column("days", N_("Days"), N_("Whole days from then to the end of the report."), Kind.COUNT),
        Column("amount", N_("Amount"), N_("What the escrow held."), Kind.AMOUNT, TOKEN, sums=True),
        Column("days_0_7", N_("0–7 days"), N_("Of it no longer than 7 days."), Kind.AMOUNT, TOKEN, sums=True),
        Column("days_8_30", N_("8–30 days"), N_("Of it 8 to 30 days."), Kind.AMOUNT, TOKEN, sums=True),
        Column("days_31_60", N_("31–60 days"), N_("Of it 31 to 60 days."), Kind.AMOUNT, TOKEN, sums=True),
        Column("days_over_60", N_("Over 60 days"), N_("Of it longer than 60 days."), Kind.AMOUNT, TOKEN, sums=True),
        Column(
            "state_now",
            N_("State now"),
            N_("How the order's money stands today."),
            words={
                "in_escrow": N_("In escrow"),
                "disputed": N_("Held in dispute"),
                "released": N_("Released"),
                "refunded": N_("Refunded from escrow"),
                "split": N_("Divided"),
            },
        ),
        _TX,
        _BLOCK,
        _LOG,
    ),
    N_("The escrow held nothing then."),
    N_("The amounts add up to account 2110 at the end of that day."),
    at_a_day=True,
    for_sellers=True,
)
CHARGEBACKS = Table(
    "chargebacks",
    N_("Chargebacks"),
    N_("Card payments disputed at the card's bank, with what Stripe took and gave back."),
    (
        Column("opened_at", N_("Opened"), N_("When the card's bank opened it."), Kind.MOMENT),
        Column("dispute", N_("Dispute"), N_("Stripe's id of the dispute."), leads="copy"),
        Column("charge", N_("Charge"), N_("Stripe's id of the disputed charge."), leads="copy"),
        Column("orders", N_("Orders"), N_("The orders it paid.")),
        Column("sellers", N_("Sellers"), N_("Whose orders these are."), files_only=True),
        Column("reason", N_("Reason"), N_("The reason as the card's bank gave it.")),
        Column("amount", N_("Amount"), N_("What is disputed."), Kind.AMOUNT, USD, sums=True),
        Column("fee", N_("Fee"), N_("Stripe's fee for it."), Kind.AMOUNT, USD, sums=True),
        Column("withdrawn", N_("Withdrawn"), N_("What Stripe took from its balance."), Kind.AMOUNT, USD, sums=True),
        Column(
            "reinstated", N_("Given back"), N_("What Stripe gave back when it was won."), Kind.AMOUNT, USD, sums=True
        ),
        Column("status", N_("State"), N_("The state as Stripe names it.")),
        Column("withdrawn_by", N_("Withdrawn by"), N_("Balance transaction that took it."), leads="copy"),
        Column("reinstated_by", N_("Given back by"), N_("Balance transaction that gave it back."), leads="copy"),
        Column(
            "updated_at",
            N_("Last heard"),
            N_("When Stripe last said something about it."),
            Kind.MOMENT,
            files_only=True,
        ),
    ),
    N_("No chargeback was opened in these days."),
    N_("Fees of chargebacks stand in the report of fees too, on the day they were booked."),
)
PAYOUTS = Table(
    "payouts",
    N_("Stripe payouts"),
    N_("What Stripe paid to the bank, beside its balance and the books."),
    (
        Column("created", N_("Created"), N_("When Stripe made it."), Kind.MOMENT),
        Column("arrives", N_("Arrival"), N_("When it is, or was, expected at the bank."), Kind.DAY),
        Column("payout", N_("Payout"), N_("Stripe's id of the payout."), leads="copy"),
        Column(
            "method",
            N_("Made by"),
            N_("By Stripe's schedule, or by hand."),
            words={"automatic": N_("by schedule"), "manual": N_("by hand")},
        ),
        Column("status", N_("State"), N_("The state as Stripe names it.")),
        Column("amount", N_("Amount"), N_("What the payout is."), Kind.AMOUNT, USD, sums=True),
        Column("left_stripe", N_("Left Stripe"), N_("By its balance transactions, less what came back."), Kind.AMOUNT, USD, sums=True),
        Column("at_bank", N_("At the bank"), N_("What is booked at the bank."), Kind.AMOUNT, USD, sums=True),
        Column("difference", N_("Difference"), N_("What a paid payout lacks at the bank, or what one that is not paid has there."), Kind.AMOUNT, USD, sums=True),
        Column("transaction", N_("Balance transaction"), N_("The one that took it from Stripe's balance."), leads="copy"),
        Column("trace_id", N_("Trace"), N_("The bank's trace number, where Stripe tells it.")),
        _JOURNAL,
    ),
    N_("Stripe made no payout in these days."),
    N_("Once a payout is paid, its amount, what left Stripe and what is at the bank are one and the same, and the difference is zero."),
)  # fmt: skip
TOKENS_AND_RESERVE = Table(
    "tokens_and_reserve",
    N_("Tokens and reserve"),
    N_("Tokens on chain, their supply, and the dollars that cover them: opening, what changed, closing."),
    (
        _ACCOUNT,
        _ACCOUNT_NAME,
        Column(
            "what",
            N_("Line"),
            N_("The balance before, a change by one kind of event, or the balance after."),
            words={"opening": N_("Opening"), "change": N_("Movement"), "closing": N_("Closing")},
        ),
        _EVENT,
        Column("amount", N_("Amount"), N_("Balance or change, on the account's natural side."), Kind.AMOUNT),
        _ASSET,
        Column("journals", N_("Journals"), N_("How many journals made the change."), Kind.COUNT),
    ),
    N_("There are no such balances yet."),
    N_("Opening and movements make the closing. The closing of 3910 is the supply on chain."),
)
VAT_SUMMARY = Table(
    "vat_summary",
    N_("VAT summary"),
    N_("Tax invoices of sellers registered for tax, and the credit notes that take them back, with totals in the money of the tax office."),
    (
        Column("issued_on", N_("Issued"), N_("The day on the document, by the seller's clock."), Kind.DAY),
        Column("document", N_("Number"), N_("Number of the document, without gaps for each seller and letter.")),
        Column(
            "kind",
            N_("Document"),
            N_("A tax invoice, or a credit note, whose amounts are negative."),
            words={"invoice": N_("Tax invoice"), "credit_note": N_("Credit note")},
        ),
        Column("corrects", N_("Corrects"), N_("The invoice that a credit note takes back, whole or in part.")),
        Column("seller", N_("Seller"), N_("Who issued it, by its name in law where it has told one.")),
        Column("seller_tin", N_("Seller's tax number"), N_("As it stands on the document."), files_only=True),
        Column("buyer", N_("Buyer"), N_("The firm it was issued to; empty for a person.")),
        Column("buyer_tin", N_("Buyer's tax number"), N_("As the firm told it; empty for a person.")),
        _ORDER,
        Column("taxable", N_("Taxable"), N_("What carries a rate above zero, without its tax."), Kind.AMOUNT, USD, sums=True),
        Column("untaxed", N_("Exempt or at zero"), N_("What is exempt, sent abroad or at a rate of zero."), Kind.AMOUNT, USD, sums=True),
        Column("percent", N_("Rate"), N_("Percent of tax on what is taxable.")),
        Column("vat", N_("VAT"), N_("Tax in the total, in dollars as charged."), Kind.AMOUNT, USD, sums=True),
        Column("total", N_("Total"), N_("With the tax, in dollars as charged."), Kind.AMOUNT, USD, sums=True),
        Column("asset", N_("Local money"), N_("In which the tax office of the seller's country counts.")),
        Column("local_vat", N_("VAT in local money"), N_("The tax as the document tells it in that money."), Kind.AMOUNT, sums=True),
        Column("local_total", N_("Total in local money"), N_("The total as the document tells it in that money."), Kind.AMOUNT, sums=True),
        Column("rate", N_("Exchange rate"), N_("Units of that money for one dollar, kept with the document."), Kind.RATE),
        Column("rate_on", N_("Rate of"), N_("The day of that rate."), Kind.DAY, files_only=True),
        Column("rate_source", N_("Source"), N_("Whose rate it is.")),
        Column("supplied_at", N_("Paid or given back"), N_("When it was paid, or given back for good."), Kind.MOMENT, files_only=True),
        Column("invoice", N_("Paper"), N_("The id of the document; for who reads all books it leads to its PDF."), leads="invoice"),
    ),
    N_("No tax invoice was issued in these days."),
    N_("Each line is one document as it was issued. Taxable, exempt and VAT make the total. What the market owes for its own commission stands in the report of fees."),
    for_sellers=True,
)  # fmt: skip
GAS_REPORT = Table(
    "gas",
    N_("Gas"),
    N_("The chain's own coin: what came, what transactions took, and the dollars it was bought for."),
    (
        _BOOKED_AT,
        _SEQUENCE,
        _EVENT,
        Column("purpose", N_("For"), N_("What the transaction was for; in CSV and Excel as the code names it."), words=_PURPOSES),
        Column("about", N_("About"), N_("The id of what it was for."), files_only=True),
        Column("came", N_("Came"), N_("Coin that came to the treasury."), Kind.AMOUNT, GAS, sums=True),
        Column("spent", N_("Spent"), N_("Coin that the chain took for a transaction, also for one that failed."), Kind.AMOUNT, GAS, sums=True),
        Column("dollars", N_("Dollars"), N_("What the bank paid for coin."), Kind.AMOUNT, USD, sums=True),
        _CHAIN,
        _TX,
        _BLOCK,
        _JOURNAL,
    ),
    N_("No gas was spent or bought in these days."),
    N_("What came less what was spent is the change of account 1220 of these days; dollars add up to 5130."),
)  # fmt: skip
AUDIT_TRAIL = Table(
    "audit_trail",
    N_("Audit trail"),
    N_("Privileged acts: who did what, when, and to what."),
    (
        Column("at", N_("When"), N_("When it was done."), Kind.MOMENT),
        Column("actor", N_("Who"), N_("The person's address; empty where the market itself did it.")),
        Column("actor_name", N_("Name"), N_("The person's name.")),
        Column("action", N_("Act"), N_("What was done; in files for programs by its code."), words=ACTS),
        Column("about", N_("About"), N_("The order or shop it was done to, where it is one.")),
        Column("subject", N_("Id"), N_("The id of what it was done to."), leads="copy"),
        Column("details", N_("Details"), N_("What was noted; in files for programs as JSON."), words=DETAILS),
        Column("entry", N_("Entry"), N_("The id of the entry, which cannot be changed."), files_only=True),
    ),
    N_("Nothing was noted in these days."),
    N_("Entries are only ever added: the database refuses to change or delete one."),
)
TABLES = {
    table.key: table
    for table in (
        GENERAL_LEDGER,
        FEES,
        VAT_SUMMARY,
        ESCROW_AGEING,
        PAYOUTS,
        CHARGEBACKS,
        TOKENS_AND_RESERVE,
        GAS_REPORT,
        AUDIT_TRAIL,
    )
}
