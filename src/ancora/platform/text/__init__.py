"""Words of people, before anything is done with them."""
