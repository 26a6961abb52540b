"""What is said between us and customers, on every channel.

A conversation is the thread of messages on one matter; it carries the public reference and the reply token. What a
channel delivers (an arrival) is stored as it came before anything else. Where a message belongs is a link row
(a place), of which one is current. An outgoing message has one delivery attempt at a time and a state per recipient.
"""
