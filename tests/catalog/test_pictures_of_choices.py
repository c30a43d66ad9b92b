"""A choice of the buyer shows its own picture first; one that the listing no longer has is not missed."""

from app.catalog.models import ListingPicture, Variant
from app.db.session import reading, transaction
from app.media.models import Picture
from tests.support.front import Front
from tests.support.trade import Trade


def test_what_is_chosen_shows_its_own_picture(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    with transaction() as session:
        first = session.get_one(Variant, goods)
        red = Picture(sha256="cd" * 32, width=640, height=640)
        session.add(red)
        session.flush()
        session.add(ListingPicture(listing_id=first.listing_id, picture_id=red.id, position=1))
        session.add(Variant(listing_id=first.listing_id, sku="RED", price_minor=900, stock=3, picture_id=red.id))
        slug = first.listing.slug

    def first_picture(choice: str) -> str:
        return front.visitor().look(f"/p/{slug}?choice={choice}").split("data-picture", 1)[1][:200]

    assert "cdcdcd" in first_picture("RED")
    assert "cdcdcd" not in first_picture("A")
    with transaction() as session:
        session.query(ListingPicture).filter_by(picture_id=red.id).delete()
    assert "cdcdcd" not in first_picture("RED")


def test_a_seller_names_the_number_of_the_picture(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    with reading() as session:
        listing = session.get_one(Variant, goods).listing
        picture_id = listing.pictures[0].picture_id
    path = f"/desk/goods/{listing.id}"
    desk = front.member(shop.owner)
    page = desk.look(path)
    fields = {"title": "Kampot pepper", "unit": "kg", "min_quantity": "1", "quantity_step": "1", "condition": "new"}
    row = {
        "variants-0-sku": "A",
        "variants-0-price": "14.50",
        "variants-0-stock": "100",
        "variants-0-picture_number": "1",
    }
    category = {"category": str(listing.category_id), "tax_class": listing.tax_class, "keep": str(picture_id)}
    answer = desk.send(page, path, **fields, **row, **category, then="save")
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    with reading() as session:
        assert session.get_one(Variant, goods).picture_id == picture_id
    assert 'name="variants-0-picture_number" type="text" inputmode="numeric" autocomplete="off" value="1"' in desk.look(
        path
    )
