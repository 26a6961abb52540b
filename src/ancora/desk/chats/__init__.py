"""Answering in chats: the chat of a case, one's own chats beside whatever is on the screen, and the queue of today."""
