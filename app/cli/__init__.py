"""The `phsar` command line: run, demo market, deployment, books."""
