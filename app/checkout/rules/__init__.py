"""Pure decisions about carts."""
