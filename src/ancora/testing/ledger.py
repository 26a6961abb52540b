"""What must be true of the rows whatever happened: nothing half-written, nothing twice. Each line finds offenders."""

_EVENTS = """SELECT count(*) FROM event e JOIN event_object o ON o.recorded_at = e.recorded_at AND o.event_id = e.id
    WHERE o.object_type = 'message' AND o.object_id = m.id AND e.type = """

OFFENDERS = {
    "a message without exactly one place": """SELECT id FROM conversations_message m WHERE 1 <>
        (SELECT count(*) FROM conversations_place p WHERE p.message_id = m.id AND p.until IS NULL)
        AND NOT EXISTS (SELECT 1 FROM conversations_outgoing o WHERE o.message_id = m.id AND o.state = 'taken_back')""",
    "a conversation without exactly one case": """SELECT id FROM conversations_conversation c WHERE 1 <>
        (SELECT count(*) FROM cases_caseconversation l WHERE l.conversation_id = c.id AND l.until IS NULL)""",
    "a conversation without a message": """SELECT id FROM conversations_conversation c WHERE NOT EXISTS
        (SELECT 1 FROM conversations_place p WHERE p.conversation_id = c.id)""",
    "a case without a conversation": """SELECT id FROM cases_case c WHERE NOT EXISTS
        (SELECT 1 FROM cases_caseconversation l WHERE l.case_id = c.id)""",
    "a case without its opening in the record": """SELECT id FROM cases_case c WHERE 1 <>
        (SELECT count(*) FROM event e JOIN event_object o ON o.recorded_at = e.recorded_at AND o.event_id = e.id
         WHERE o.object_type = 'case' AND o.object_id = c.id AND e.type = 'case.opened')""",
    "a message that search does not know": """SELECT id FROM conversations_message m WHERE NOT EXISTS
        (SELECT 1 FROM conversations_searchentry s WHERE s.message_id = m.id)""",
    "a message that came and is not once in the record": f"""SELECT id FROM conversations_message m
        WHERE direction = 'in' AND 1 <> ({_EVENTS} 'message.received')""",
    "a message that goes and is not once in the record": f"""SELECT id FROM conversations_message m
        WHERE direction = 'out' AND 1 <> ({_EVENTS} 'message.queued')""",
    "a message accepted more than once in the record": f"""SELECT id FROM conversations_message m
        WHERE 1 < ({_EVENTS} 'message.accepted')""",
    "a message that is twice": """SELECT min(id) FROM conversations_message WHERE message_id <> ''
        GROUP BY message_key, content_key HAVING count(*) > 1""",
    "a message of nobody": """SELECT id FROM conversations_message
        WHERE direction = 'in' AND handle_id IS NULL AND from_address <> ''""",
    "an event without its order": """SELECT id FROM event e WHERE 1 <>
        (SELECT count(*) FROM event_order q WHERE q.event_id = e.id AND q.recorded_at = e.recorded_at)""",
    "an order without its event": """SELECT seq FROM event_order q WHERE NOT EXISTS
        (SELECT 1 FROM event e WHERE q.event_id = e.id AND q.recorded_at = e.recorded_at)""",
    "a delivery of an event that failed": "SELECT id FROM event_delivery WHERE attempts > 0",
    "an arrival that was read and left nothing": """SELECT id FROM conversations_arrival
        WHERE state = 'done' AND outcome IN ('opened', 'appended', 'auto_reply', 'duplicate') AND message_id IS NULL""",
    "a mailbox that a message reached unseen": """SELECT a.id FROM conversations_arrival a
        JOIN conversations_message m ON m.id = a.message_id WHERE m.direction = 'in' AND a.mailbox_id IS NOT NULL
        AND a.outcome IN ('opened', 'appended', 'auto_reply', 'duplicate') AND NOT EXISTS
        (SELECT 1 FROM conversations_sighting s WHERE s.message_id = m.id AND s.mailbox_id = a.mailbox_id)""",
    "a message to go without recipients": """SELECT id FROM conversations_outgoing o WHERE NOT EXISTS
        (SELECT 1 FROM conversations_recipient r WHERE r.outgoing_id = o.id)""",
    "a settled message with a recipient still waiting": """SELECT o.id FROM conversations_outgoing o
        JOIN conversations_recipient r ON r.outgoing_id = o.id
        WHERE o.state NOT IN ('queued', 'sending') AND r.state IN ('queued', 'sending')""",
    "a recipient whose fate is not the message's": """SELECT o.id FROM conversations_outgoing o
        JOIN conversations_recipient r ON r.outgoing_id = o.id
        WHERE (o.state = 'queued' AND r.state = 'unknown') OR (o.state = 'accepted' AND r.state = 'unknown')""",
    "a message that should go and has no job": """SELECT o.id FROM conversations_outgoing o WHERE o.state = 'queued'
        AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.args ->> 'outgoing_id' = o.id::text
                        AND j.status IN ('todo', 'doing'))""",
    "a job that was given up": """SELECT id FROM procrastinate_jobs WHERE status = 'failed'
        -- What comes each minute comes again.
        AND NOT args ? 'timestamp'""",
    "a customer of whom nothing is known": """SELECT id FROM customers_customer c WHERE NOT EXISTS
        (SELECT 1 FROM customers_handle h WHERE h.customer_id = c.id) AND NOT EXISTS
        (SELECT 1 FROM conversations_conversation v WHERE v.customer_id = c.id)""",
}


def offenders(ask) -> list[str]:
    """What is wrong, in words, with the ids; `ask(sql)` gives rows."""
    found = []
    for what, sql in OFFENDERS.items():
        if rows := ask(sql):
            found.append(f"{what}: {', '.join(str(row[0]) for row in rows[:5])}")
    return found
