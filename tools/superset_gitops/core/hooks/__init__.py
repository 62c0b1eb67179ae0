"""What the hooks of a commit share: one list of problems, and which hook tells which of them."""
