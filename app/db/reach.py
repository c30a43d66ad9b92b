"""How long a database may be silent before a connection to it is given up: a machine that vanished says no goodbye."""

PATIENCE_SECONDS = 30
REACH = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": PATIENCE_SECONDS * 1000,
}
"""libpq's parameters. Without them Linux waits two hours for an answer and a quarter of one for what was sent.

A statement may take as long as it likes: the server's machine answers the probes while it works.
"""
