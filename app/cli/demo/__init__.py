"""The demo market: made-up sellers of eleven countries, their goods, and the people who may sign in.

The TOML files beside this module are the content, one per country; `content.load_demo()` reads and checks them, and
`pictures.render()` draws the picture of a listing. Prices are whole minor units of the seller's currency (ISO 4217
exponent); every person and firm is fictional, and every address of theirs ends in the reserved domain `.example`.
"""
