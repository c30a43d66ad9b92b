"""Pure decisions about deals and offers."""
