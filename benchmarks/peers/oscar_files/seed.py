"""python seed.py < catalogue.jsonl: seeds an empty, migrated database and writes urls.json (sku or category slug -> path)."""

import io
import json
import os
import pathlib
import sys
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

CATEGORIES = 50
Category, Product = get_model("catalogue", "Category"), get_model("catalogue", "Product")
rows = [json.loads(line) for line in sys.stdin]

get_model("address", "Country").objects.create(
    iso_3166_1_a2="GB",
    iso_3166_1_a3="GBR",
    iso_3166_1_numeric="826",
    printable_name="United Kingdom",
    name="United Kingdom",
    is_shipping_country=True,
)
partner = get_model("partner", "Partner").objects.create(name="Workshop")
kind = get_model("catalogue", "ProductClass").objects.create(name="Goods", requires_shipping=True, track_stock=True)
categories = [Category.add_root(name=f"Category {c}", slug=f"cat-{c}") for c in range(CATEGORIES)]

products = Product.objects.bulk_create(
    [Product(title=r["name"], slug=r["slug"], upc=r["sku"], description=r["text"], product_class=kind) for r in rows],
    1000,
)
get_model("partner", "StockRecord").objects.bulk_create(
    [
        get_model("partner", "StockRecord")(
            product=p,
            partner=partner,
            partner_sku=r["sku"],
            price_currency="GBP",
            price=Decimal(r["cents"]) / 100,
            num_in_stock=r["stock"],
        )
        for p, r in zip(products, rows, strict=True)
    ],
    1000,
)
get_model("catalogue", "ProductCategory").objects.bulk_create(
    [
        get_model("catalogue", "ProductCategory")(product=p, category=categories[r["cat"]])
        for p, r in zip(products, rows, strict=True)
    ],
    1000,
)
# As after each product's first view: two first views at once would answer 500 (see the README).
get_model("analytics", "ProductRecord").objects.bulk_create(
    [get_model("analytics", "ProductRecord")(product=p) for p in products], 1000
)

picture = Image.new("RGB", (600, 600), "#c8b48c")
ImageDraw.Draw(picture).ellipse((80, 80, 520, 520), fill="#5a3c28")
jpeg = io.BytesIO()
picture.save(jpeg, "JPEG", quality=85)
folder = pathlib.Path(settings.MEDIA_ROOT) / "products"
folder.mkdir(parents=True, exist_ok=True)
for r in rows:
    (folder / f"{r['slug']}.jpg").write_bytes(jpeg.getvalue())
get_model("catalogue", "ProductImage").objects.bulk_create(
    [
        get_model("catalogue", "ProductImage")(product=p, original=f"products/{r['slug']}.jpg")
        for p, r in zip(products, rows, strict=True)
    ],
    1000,
)

urls = {r["sku"]: [p.pk, p.get_absolute_url()] for p, r in zip(products, rows, strict=True)}
urls.update({c.slug: [c.pk, c.get_absolute_url()] for c in categories})
(settings.HOME / "urls.json").write_text(json.dumps(urls))
with connection.cursor() as cursor:
    cursor.execute("vacuum analyze")
