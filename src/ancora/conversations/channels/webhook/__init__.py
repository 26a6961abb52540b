"""A program of ours that posts messages and takes answers: signed JSON in both directions.

For a channel that nobody has written yet, a bridge of one's own, a form, a device. docs/webhook-channel.md says what
is posted; docs/writing-a-channel.md walks through these files as the example of a channel.
"""
