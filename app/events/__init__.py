"""Facts travel up: a package publishes a frozen dataclass, `app.reactions` says who reacts, in the same transaction."""
