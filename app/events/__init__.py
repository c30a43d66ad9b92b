"""Facts travel up: a package publishes a frozen dataclass, `app.wiring` says who reacts, in the same transaction."""
