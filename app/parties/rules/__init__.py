"""Pure decisions about who a shop is."""
