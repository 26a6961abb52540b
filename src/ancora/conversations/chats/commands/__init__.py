"""Changes to chats, one verb a function."""
