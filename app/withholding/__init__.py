"""Tax a country has the market withhold from its sellers: switched on per country, fixed with the order, taken at release.

The rules are dated data (`app/tax/data/withholding.toml`). A *switch* is the operator's: this rule book binds this market
from one day to another. A *statement* is a seller's, yearly. *Terms* are what holds of one order, fixed before it is
paid. A *movement* is tax withheld, or given back. A *remittance* is what a country gets for a month.
"""
