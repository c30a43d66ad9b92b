"""What a person books: capital, and the balances a market begins with. Each is a journal, and can be taken back."""
