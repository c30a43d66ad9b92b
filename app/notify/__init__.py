"""Outgoing mail, kept in a mailbox and delivered by SMTP where one is set."""
