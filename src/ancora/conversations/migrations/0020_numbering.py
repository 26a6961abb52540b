from django.db import migrations

# One call, two snapshots: the number is looked for after the lock was given, and is the last one plus one whoever
# came before.
NUMBER_LINE = """
CREATE FUNCTION number_chat_line(p_conversation bigint, p_message bigint, p_direction text, p_key uuid,
    p_at timestamptz, p_body jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    found integer;
    words text;
BEGIN
    PERFORM 1 FROM conversations_conversation c WHERE c.id = p_conversation FOR NO KEY UPDATE;
    SELECT coalesce(max(l.number), 0) + 1 INTO found FROM conversations_chatline l
        WHERE l.conversation_id = p_conversation;
    INSERT INTO conversations_chatline (message_id, conversation_id, number, direction, client_key, at)
        VALUES (p_message, p_conversation, found, p_direction, p_key, p_at);
    words := (p_body || jsonb_build_object('number', found))::text;
    -- A notice holds 8,000 bytes.
    IF octet_length(words) > 7500 THEN
        words := jsonb_build_object('kind', 'line', 'number', found, 'fetch', true)::text;
    END IF;
    PERFORM pg_notify('ancora_lines', 'chat-' || p_conversation || ' ' || words);
    RETURN found;
END $$;
"""
# The conversation is the one in which the message is by now.
FILE_LINE = """
CREATE OR REPLACE FUNCTION file_chat_line(p_message bigint, p_direction text, p_key uuid, p_at timestamptz,
    p_body jsonb, OUT conversation bigint, OUT number integer) LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.conversation_id INTO STRICT conversation FROM conversations_place p
        WHERE p.message_id = p_message AND p.until IS NULL;
    number := number_chat_line(conversation, p_message, p_direction, p_key, p_at, p_body);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0019_device_links")]

    operations = [migrations.RunSQL(NUMBER_LINE + FILE_LINE, migrations.RunSQL.noop)]
