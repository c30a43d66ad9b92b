"""Pure decisions about vouchers."""
