"""Vendure 3.7.3: its Shop API, as a storefront calls it. Seven calls an order; its dummy payment settles at once."""

import http
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.buyer import Browser, NotSold
from benchmarks.catalogue import THINGS, listed_categories, shown_products
from benchmarks.pages import JSON_ROWS, Page
from benchmarks.peers.peer import Peer

NAME = "Vendure"
API = "/shop-api"
VERSION = "3.7.3"
_WORD_HITS = 400
_LISTING = """query ($input: SearchInput!) { search(input: $input) { totalItems items {
    productName slug currencyCode priceWithTax { ... on SinglePrice { value } ... on PriceRange { min max } }
    productAsset { preview } } } }"""
_DETAIL = """query ($slug: String!) { product(slug: $slug) { id name slug description featuredAsset { preview }
    assets { preview } collections { name slug } variants { id name sku currencyCode priceWithTax stockLevel } } }"""
_ANSWER = "__typename ... on Order { id state totalWithTax } ... on ErrorResult { errorCode message }"
_ADD = f"mutation ($id: ID!) {{ addItemToOrder(productVariantId: $id, quantity: 1) {{ {_ANSWER} }} }}"
_WHO = f"mutation ($input: CreateCustomerInput!) {{ setCustomerForOrder(input: $input) {{ {_ANSWER} }} }}"
_WHERE = f"mutation ($input: CreateAddressInput!) {{ setOrderShippingAddress(input: $input) {{ {_ANSWER} }} }}"
_METHODS = "query { eligibleShippingMethods { id name priceWithTax } }"
_SHIPPING = f"mutation ($id: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $id) {{ {_ANSWER} }} }}"
_ARRANGE = f'mutation {{ transitionOrderToState(state: "ArrangingPayment") {{ {_ANSWER} }} }}'
_PAY = f"mutation ($input: PaymentInput!) {{ addPaymentToOrder(input: $input) {{ {_ANSWER} }} }}"
_CUSTOMER = {"firstName": "Ada", "lastName": "Buyer"}
_ADDRESS = {
    "fullName": "Ada Buyer", "streetLine1": "1 High Street", "city": "London", "postalCode": "N1 1AA", "countryCode": "GB",
}  # fmt: skip


def vendure() -> Peer:
    """Two server processes and a worker, production mode."""
    packages = (f"@vendure/core@{VERSION}", f"@vendure/asset-server-plugin@{VERSION}", "pg@8.23.1")
    return Peer(
        name=NAME,
        files="vendure_files",
        install=[["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", *packages]],
        fill=[["node", "seed.js"]],
        serve=[["node", "server.js"], ["node", "worker.js"]],
        settings={"NODE_ENV": "production", "VENDURE_DISABLE_TELEMETRY": "true"},
        pages=_pages,
    )


def _pages(_folder: Path) -> Sequence[Page]:
    def listing(**wanted: object) -> str:
        return _asked(_LISTING, input={**wanted, "groupByProduct": True, "take": JSON_ROWS})

    categories = [listing(collectionSlug=f"cat-{number}") for number in listed_categories()]
    words = [listing(term=word) for word in THINGS]
    products = [_asked(_DETAIL, slug=f"p-{i}") for i in shown_products()]
    return [
        Page(f"{NAME}: category", [API], '"preview":"http', JSON_ROWS, posts=categories),
        Page(f"{NAME}: search", [API], f'"totalItems":{_WORD_HITS},', 1, posts=words),
        Page(f"{NAME}: product", [API], '"sku":"SKU-', 1, posts=products),
    ]


class VendureBuyer:
    """A guest with one session, like `benchmarks.buyer.Buyer`; goods are named by the catalogue's slug."""

    variants: Mapping[str, str]  # by slug; the seed wrote them down

    def __init__(self, address: str, *, name: str = "") -> None:
        self._shop = Browser(address, name=name)
        self._token = ""
        self._email = f"buyer-{name or 'one'}-{id(self)}@people.example"

    @classmethod
    def of(cls, folder: Path) -> type["VendureBuyer"]:
        by_sku = json.loads((folder / "variants.json").read_text())
        cls.variants = {slug_of(sku): variant for sku, variant in by_sku.items()}
        return cls

    @property
    def calls(self) -> int:
        return self._shop.calls

    def fill_cart(self, slug: str) -> None:
        self._must(_ADD, id=self.variants[slug])

    def check_out(self) -> None:
        self._must(_WHO, input={**_CUSTOMER, "emailAddress": self._email})
        self._must(_WHERE, input=_ADDRESS)
        method = self._ask(_METHODS)[0]["id"]
        self._must(_SHIPPING, id=[method])

    def order(self) -> str:
        self._must(_ARRANGE)
        return ""

    def pay(self, _card_page: str) -> str:
        answer = self._must(_PAY, input={"method": "dummy", "metadata": {}})
        assert answer["state"] == "PaymentSettled", answer
        return str(answer["id"])

    def buy(self, slug: str) -> str:
        self.fill_cart(slug)
        self.check_out()
        return self.pay(self.order())

    def close(self) -> None:
        self._shop.close()

    def _must(self, query: str, **variables: object) -> Any:
        answer = self._ask(query, **variables)
        if answer["__typename"] != "Order":
            raise NotSold(answer["errorCode"])
        return answer

    def _ask(self, query: str, **variables: object) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        body = {"query": query, "variables": variables}
        status, answer = self._shop.ask("POST", API, body, **headers)
        self._token = self._shop.answered.get("vendure-auth-token") or self._token
        if status != http.HTTPStatus.OK or answer.get("errors"):
            raise AssertionError(f"{status} {answer.get('errors')}")
        return next(iter(answer["data"].values()))


def slug_of(sku: str) -> str:
    kind, number = sku.split("-")
    return f"race-{number}" if kind == "RACE" else f"p-{int(number)}"


def _asked(query: str, **variables: object) -> str:
    return json.dumps({"query": query, "variables": variables})
