"""How long who chats with us waits for an answer: one number for who asks before writing and for who has written.

The queue says it where it can: how many wait before them, how many chats those who are at their desks can have at once
and have, and how long a chat lasts (`arithmetic`). Where that is not known the last chats say it (`expected`). What
nobody can know is not said.
"""
