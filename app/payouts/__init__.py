"""Redemption: a seller's released tokens become dollars at the bank. Asked, approved, burned, put in a bank file, paid."""
