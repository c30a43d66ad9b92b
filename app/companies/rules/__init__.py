"""Pure decisions about companies that buy."""
