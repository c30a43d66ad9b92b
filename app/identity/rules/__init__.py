"""Pure decisions about people, shops and their proofs."""
