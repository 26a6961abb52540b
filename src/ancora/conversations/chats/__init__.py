"""Chat: a conversation whose lines are said to and fro, while both sides look.

A *visitor* is one browser; whoever holds its token is it. A *line* is a message as a chat counts it: numbers begin
with 1 and have no gaps, and what came first has the lower one. A *contact* is one session, from the first line to the
end. A conversation that has lines goes on by other channels too: what passes there between us and the visitor becomes
a line, and nothing else does (no note, nothing passed on, nothing of third persons).

A number is given under the lock of the conversation, which is taken after that of the case: whoever answers holds the
case first. A client key is unique in its conversation, so that a post which is repeated changes nothing. Lines are
told to the open streams in the transaction that writes them, under the topic `chat-<conversation id>`.
"""
