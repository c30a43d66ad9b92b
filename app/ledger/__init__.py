"""Double-entry books: accounts, journals, postings, and the recipes that write them. Balanced by the database."""
