"""Which channel fits a matter: advice with its reason, never a removal (see `decision`)."""
