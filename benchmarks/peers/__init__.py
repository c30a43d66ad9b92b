"""Other shops, installed from npm and PyPI, filled with the same goods and measured beside the market in one run."""
