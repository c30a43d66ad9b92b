"""Who a shop legally is: what its owner shows of it, and what the operator decides about it.

A *dossier* is all a shop has told of itself, step by step; a *paper* is a document in it; *review* is how far the
operator is with it. Whether a shop sells is the shop's own status (`app.identity`); an approved shop that changes its
dossier is reviewed again and stays open meanwhile. Each change of either is a line of the shop's history.
"""
