"""A draft that its author shares with colleagues, who edit it in turn.

One person holds the *pen*: the `writer` of the draft, since `writer_since`, unless it `is_free`. Everybody else reads.
The pen passes on when it was laid down, or when its holder has typed nothing for a while. The files of the draft lie
with its writer. What was typed is never overwritten unseen: a save that does not know the latest version, or comes
without the pen, is refused with what stands there now. Only the author ends a draft without sending it, and others see
it only as long as they share it; whoever sends it is the sender, and its author is told.
"""
