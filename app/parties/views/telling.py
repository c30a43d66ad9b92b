"""Telling who the shop is: one page for each step."""

from datetime import UTC, datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.identity.current import acting_shop, current_actor, require_shop
from app.identity.rules.roles import OWNING
from app.parties.actions.tell_dossier import attest, tell_identity, tell_numbers
from app.parties.forms import AttestForm, IdentityForm, NumbersForm
from app.parties.queries import file_of_own, number_forms_of, own_oddities
from app.parties.rules.checklist import ATTESTATION_VERSION, ATTESTATIONS
from app.parties.views import bp
from app.parties.views.checklist import checklist_path
from app.parties.words import OWN_ODDITY_WORDS
from app.web.pages import flash, go_on, page


@bp.route("/desk/approval/identity", methods=["GET", "POST"])
@require_shop
def identity() -> ResponseReturnValue:
    """Company, sole trader or private person, and the name in law."""
    shop_id, actor = acting_shop(OWNING), current_actor()
    with reading() as session:
        found = file_of_own(session, actor, shop_id)
    form = IdentityForm(data={"kind": found.shop.kind, "legal_name": found.dossier.legal_name})
    if form.validate_on_submit():
        said = {"kind": form.kind.data, "legal_name": form.legal_name.data or "", "now": datetime.now(UTC)}
        in_transaction(lambda session: tell_identity(session, actor, shop_id, **said))
        flash(_("Saved."))
        return go_on(checklist_path(shop_id))
    return page("parties/identity.html", 422 if form.is_submitted() else 200, form=form, shop=found.shop)


@bp.route("/desk/approval/numbers", methods=["GET", "POST"])
@require_shop
def numbers() -> ResponseReturnValue:
    """As the shop's country calls and writes them. Whoever has none leaves them empty."""
    shop_id, actor = acting_shop(OWNING), current_actor()
    with reading() as session:
        found = file_of_own(session, actor, shop_id)
    told = found.dossier
    form = NumbersForm(data={"registration": told.registration_number, "tax": told.tax_number})
    if form.validate_on_submit():
        said = {"registration": form.registration.data or "", "tax": form.tax.data or ""}
        in_transaction(lambda session: tell_numbers(session, actor, shop_id, now=datetime.now(UTC), **said))
        flash(_("Saved."))
        return go_on(checklist_path(shop_id))
    forms = {which.value: number for which, number in number_forms_of(found.shop).items()}
    status = 422 if form.is_submitted() else 200
    odd = {which.value: OWN_ODDITY_WORDS[oddity] for which, oddity in own_oddities(found).items()}
    return page("parties/numbers.html", status, form=form, shop=found.shop, forms=forms, odd=odd)


@bp.route("/desk/approval/word", methods=["GET", "POST"])
@require_shop
def word() -> ResponseReturnValue:
    """The owner stands by what was told."""
    shop_id, actor = acting_shop(OWNING), current_actor()
    with reading() as session:
        found = file_of_own(session, actor, shop_id)
    form = AttestForm()
    if form.validate_on_submit():
        in_transaction(lambda session: attest(session, actor, shop_id, now=datetime.now(UTC)))
        flash(_("Saved."))
        return go_on(checklist_path(shop_id))
    given = found.dossier.attested_version
    return page(
        "parties/word.html", 422 if form.is_submitted() else 200, form=form, shop=found.shop, dossier=found.dossier,
        text=ATTESTATIONS[given or ATTESTATION_VERSION],
    )  # fmt: skip
