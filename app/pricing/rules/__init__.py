"""Pure decisions about prices."""
