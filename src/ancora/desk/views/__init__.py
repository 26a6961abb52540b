"""Pages of the desk: parse, one query or command, render."""
