"""Goods for programs: those on sale for everybody, and a shop's own."""

from app.catalog.api import goods, own, pictures, prices, table

BLUEPRINTS = (goods.bp, own.bp, table.bp, pictures.bp, prices.lists, prices.audiences)
