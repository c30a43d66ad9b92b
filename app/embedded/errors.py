"""What an embedded server raises when it cannot run; the message says what to do."""


class EmbeddedServerError(Exception):
    """An embedded server cannot start or go on. The message is meant for the person at the terminal."""
