"""Tasks at the desk: given from a case, done on a page of their own, listed as “My tasks”."""
