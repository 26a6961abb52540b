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
