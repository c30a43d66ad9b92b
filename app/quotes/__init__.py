"""Terms two parties agree on before anything is ordered: offers on goods, and the deals that come of them.

An *offer* goes back and forth between a buyer and a seller; a *deal* is what both said yes to: goods, quantities and
prices that nobody changes any more, kept for this buyer until a day. Promise: a deal is ordered once or not at all.
"""
