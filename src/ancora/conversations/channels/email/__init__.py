"""E-mail as a channel: understanding what came in, fetching it, sending what goes out."""
