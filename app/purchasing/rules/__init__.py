"""Pure decisions about lists of codes."""
