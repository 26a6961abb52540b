"""What a chat asks of us: parse, one command or query, answer."""
