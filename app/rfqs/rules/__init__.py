"""Pure decisions about requests for quotation and quotes."""
