"""The chat of a website in the words of the contract.

The chat itself, its visitors, lines and sessions, is `conversations.chats`; here stands what it promises as a channel,
how a post of a browser is read, and how what was queued becomes a line.
"""
