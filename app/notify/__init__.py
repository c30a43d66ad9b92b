"""Telling people: mails, delivered by SMTP or kept in a mailbox, and news on a page for who has an account.

*News* is one line on `/notifications` that leads somewhere. A *topic* is a group of mails a person can do without; news
stands on the page all the same. What is told about money and trouble has no topic and is always mailed.
"""
