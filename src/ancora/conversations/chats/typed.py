"""Addresses that visitors typed, as far as mail to and from there is theirs."""

# Not one to which we passed something on: who names the address of a workshop would read what we write to each other.
# `is_written_to`: a reply of ours went there, so that an answer with its token proves the address.
TYPED = """
SELECT v.conversation_id, v.email AS address, EXISTS (
    SELECT 1 FROM conversations_place q
    JOIN conversations_outgoing o ON o.message_id = q.message_id AND o.purpose = 'reply' AND o.state <> 'taken_back'
    JOIN conversations_recipient r ON r.outgoing_id = o.id AND lower(r.address) = v.email
    WHERE q.conversation_id = v.conversation_id) AS is_written_to
FROM conversations_chatvisitor v WHERE v.email <> '' AND NOT EXISTS (
    SELECT 1 FROM conversations_place q
    JOIN conversations_outgoing o ON o.message_id = q.message_id AND o.purpose = 'forward'
    JOIN conversations_recipient r ON r.outgoing_id = o.id AND lower(r.address) = v.email
    WHERE q.conversation_id = v.conversation_id)
"""

# Whether what we sent to the address of the visitor `o` came back for good: as its handle says, and where it is
# nobody's, as the mails of the conversation say.
HAS_BOUNCED = """coalesce((
    SELECT b.bounced_at IS NOT NULL AND b.bounce = 'hard' FROM customers_handle b
    WHERE b.kind = 'email' AND b.value = o.email), EXISTS (
    SELECT 1 FROM conversations_place q JOIN conversations_outgoing s ON s.message_id = q.message_id
    JOIN conversations_recipient r ON r.outgoing_id = s.id AND lower(r.address) = o.email AND r.bounce = 'hard'
    WHERE q.conversation_id = o.conversation_id))"""
