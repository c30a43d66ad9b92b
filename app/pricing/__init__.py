"""What goods cost for whom: price tiers, customer groups of a shop, price lists and private catalogs.

A *tier* is a lower (or other) price from a quantity on. A *customer group* is people and companies a shop has named and
who have agreed; a *price list* gives groups other prices; an *audience* lets only groups see a listing. Variants and
listings are opaque ids here. Which price wins is `rules.winning`.
"""
