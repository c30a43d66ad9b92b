"""Terms as stored in the database: JSON with hex, so that an outsider can read and hash them again."""

from typing import Any

from app.chain.typed_data import Leg, Terms

_ADDRESSES = ("token", "buyer", "refund_to", "fee_recipient", "arbiter")
_NUMBERS = ("fund_by", "answer_window", "dispute_timeout", "default_seller_bps")


def terms_to_json(terms: Terms) -> dict[str, Any]:
    return {
        "group_id": terms.group_id.hex(),
        **{name: getattr(terms, name).hex() for name in _ADDRESSES},
        **{name: getattr(terms, name) for name in _NUMBERS},
        "legs": [
            {
                "order_id": leg.order_id.hex(),
                "seller": leg.seller.hex(),
                "amount": str(leg.amount),
                "fee_bps": leg.fee_bps,
                "ship_by": leg.ship_by,
                "auto_release_at": leg.auto_release_at,
            }
            for leg in terms.legs
        ],
    }


def terms_from_json(content: dict[str, Any]) -> Terms:
    addresses: dict[str, Any] = {name: bytes.fromhex(content[name]) for name in _ADDRESSES}
    numbers: dict[str, Any] = {name: content[name] for name in _NUMBERS}
    return Terms(
        group_id=bytes.fromhex(content["group_id"]),
        **addresses,
        **numbers,
        legs=tuple(
            Leg(
                order_id=bytes.fromhex(leg["order_id"]),
                seller=bytes.fromhex(leg["seller"]),
                amount=int(leg["amount"]),
                fee_bps=leg["fee_bps"],
                ship_by=leg["ship_by"],
                auto_release_at=leg["auto_release_at"],
            )
            for leg in content["legs"]
        ),
    )
