"""Organizations that buy: their people, what each may spend, and for whom somebody is buying just now.

A company that buys is an organization without a shop. Its people are *purchasers*, who order up to their limit, and
*approvers*, who decide about what is above and look after the company's people.
"""
