"""Taking the next case, and being away."""
