"""A market issues its token or resells somebody else's: chosen before the books begin, and kept by the database."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

HAND_BEFORE = (
    "'capital_paid_in', 'capital_paid_out', 'opening_balances', 'carried_paid', 'carried_received', 'gas_bought',"
    " 'bank_difference', 'exchange_difference'"
)
HAND_AFTER = f"{HAND_BEFORE}, 'float_bought', 'float_sold', 'float_revalued'"
FUNCTIONS = """
CREATE FUNCTION token_policy_is_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  LOCK TABLE journals IN SHARE MODE;
  IF EXISTS (SELECT FROM journals) THEN
    RAISE EXCEPTION 'the token policy is kept once the books have entries' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION account_is_of_the_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT policy FROM token_policy) = 'treasury' THEN
    RAISE EXCEPTION 'account % belongs to who issues the token', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""
TRIGGERS = """
CREATE TRIGGER token_policy_is_kept BEFORE UPDATE ON token_policy
  FOR EACH ROW EXECUTE FUNCTION token_policy_is_kept();
CREATE TRIGGER token_policy_stays BEFORE DELETE ON token_policy FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER token_policy_no_truncate BEFORE TRUNCATE ON token_policy
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_is_of_the_policy BEFORE INSERT ON ledger_accounts
  FOR EACH ROW WHEN (NEW.number IN ('3910', '1250', '2100')) EXECUTE FUNCTION account_is_of_the_policy()
"""
OWN_NAMES_FIRST = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION {name}() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$
"""
NAMES = ("token_policy_is_kept", "account_is_of_the_policy")


def upgrade() -> None:
    policy = op.create_table(
        "token_policy",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("policy", sa.Text(), server_default="issued", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_token_policy_there_is_one")),
        sa.CheckConstraint("policy IN ('issued','treasury')", name=op.f("ck_token_policy_policy_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_policy")),
    )
    op.bulk_insert(policy, [{"id": 1, "policy": "issued"}])
    op.execute(FUNCTIONS)
    op.execute(TRIGGERS)
    for name in NAMES:
        op.execute(OWN_NAMES_FIRST.format(name=name))
    _index(HAND_AFTER)


def downgrade() -> None:
    _index(HAND_BEFORE)
    op.execute("DROP TRIGGER account_is_of_the_policy ON ledger_accounts")
    op.drop_table("token_policy")
    op.execute("DROP FUNCTION token_policy_is_kept, account_is_of_the_policy")


def _index(events: str) -> None:
    op.execute("DROP INDEX ix_journals_by_hand")
    op.execute(f"CREATE INDEX ix_journals_by_hand ON journals (sequence) WHERE event IN ({events})")
