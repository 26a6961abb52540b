"""The chat as the contract suite tries it, and what is its own."""
