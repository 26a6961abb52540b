"""One problem that hits many, at the desk: what belongs to it, and one answer to all."""
