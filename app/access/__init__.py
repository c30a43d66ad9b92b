"""Tokens: what a program may do for a person. Shown once, kept as a hash, narrowed to scopes and to a shop.

*Token*: the secret a program sends. *Prefix*: its beginning, by which people know it. *Scope*: one kind of thing it may do.
A token never can more than its person can at that moment: whoever loses a role takes it from every token they made.
"""
