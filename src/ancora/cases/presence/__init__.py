"""Who has a case on the screen: viewing it, away from it, or writing in it."""
