"""The life of an order after it was placed: paid, shipped, received, refunded, disputed."""
