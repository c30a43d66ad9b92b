"""The whole application on a database of the module's own, with one approved shop of three goods."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from app.db.session import engine, transaction
from app.embedded.postgres import EmbeddedPostgres
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from app.identity.queries import actor_of, user_by_email
from app.media.actions.add_picture import add_picture
from app.media.pictures import prepare
from app.media.storage import storage_at
from app.web.limits import limiter
from app.wiring import create_app
from tests.support.goods import NOW, a_category, a_listing, a_shop, picture_bytes, some_rates
from tests.support.http import web_settings
from tests.support.postgres import a_clone
from tests.support.visitor import Visitor

PASSWORD = "three green words"
OWNER, STRANGER = "owner@market.example", "stranger@market.example"


@dataclass
class MarketPages:
    """`owner` has the shop "Sothy's Farm"; `stranger` has another one, still waiting for approval."""

    app: Flask
    shop_id: UUID
    listing_id: UUID
    variant_id: UUID
    picture_name: str

    def visitor(self, email: str | None = None) -> Visitor:
        visitor = Visitor(self.app)
        if email:
            visitor.sign_in(email, PASSWORD)
        return visitor


@pytest.fixture(scope="module")
def market_pages(database_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketPages]:
    media = tmp_path_factory.mktemp("media")
    with a_clone(database_server) as url:
        app = create_app(web_settings(database_url=url, media_url=str(media)))
        limiter.enabled = False  # many people share one address here; limits have tests of their own
        yield _seeded(app, media)
        limiter.enabled = True
        engine().dispose()


def _seeded(app: Flask, media: Path) -> MarketPages:
    with transaction() as session:
        some_rates(session)
        a_category(session)
        for email in (OWNER, STRANGER):
            register_user(session, email=email, password_hash=hash_password(PASSWORD), name="Sothy", confirmed_at=NOW)
        shop, owner = a_shop(
            session, name="Sothy's Farm", local_names={"km": "កសិដ្ឋានសុធី"}, owner=actor_named(session, OWNER)
        )
        a_shop(session, name="Other Shop", is_approved=False, owner=actor_named(session, STRANGER))
        storage = storage_at(str(media))
        listing = a_listing(session, shop, owner, storage=storage)
        for number in range(2):
            a_listing(session, shop, owner, titles={"en": f"Palm sugar {number}"}, condition="good", storage=storage)
        prepared = prepare(picture_bytes(640, 640))
        storage.save(prepared)
        add_picture(session, prepared, organization_id=shop.id)
        return MarketPages(app, shop.id, listing.id, listing.variants[0].id, f"{prepared.sha256}-320.webp")


def actor_named(session, email):
    user = user_by_email(session, email)
    return actor_of(session, user.id if user else None)
