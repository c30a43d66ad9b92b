"""Pictures: checked, re-encoded, stored once by content, served in the sizes pages need."""
