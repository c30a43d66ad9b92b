"""Ethereum accounts and their signatures, without a network: eth-account has one door here, `app.signing.accounts`."""
