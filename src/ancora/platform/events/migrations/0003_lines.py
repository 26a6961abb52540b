from django.db import migrations

# What is only a line of a chat (`quiet`) tells no objects but their kinds: the line itself travels in the stream, and
# lists hear that something changed. The notices are told by the statement that writes.
PUBLISH = """
CREATE OR REPLACE FUNCTION publish_events(p_events json) RETURNS TABLE (n integer, event_id bigint)
LANGUAGE plpgsql AS $$
DECLARE
    new_at timestamptz := statement_timestamp();
BEGIN
    -- The months ahead are made each night; an installation that was off for long makes its month here.
    IF to_regclass('event_' || to_char(new_at AT TIME ZONE 'UTC', 'YYYY_MM')) IS NULL THEN
        PERFORM ensure_event_partitions((new_at AT TIME ZONE 'UTC')::date);
    END IF;
    RETURN QUERY
    WITH given AS MATERIALIZED (
        SELECT nextval('event_id_seq') AS id, g.* FROM json_to_recordset(p_events) AS g(
            n integer, type text, at timestamptz, actor_kind text, actor_id bigint, attrs jsonb,
            kinds text[], ids bigint[], roles text[], later text[], source text, key text, quiet boolean)
    ), claimed AS (
        INSERT INTO event_source (source, key, event_id, recorded_at)
        SELECT g.source, g.key, g.id, new_at FROM given g WHERE g.source IS NOT NULL
        ON CONFLICT DO NOTHING RETURNING event_source.event_id
    ), fresh AS MATERIALIZED (
        SELECT * FROM given g WHERE g.source IS NULL OR g.id IN (SELECT c.event_id FROM claimed c)
    ), written AS (
        INSERT INTO event (id, recorded_at, type, occurred_at, actor_kind, actor_id, attrs)
        SELECT f.id, new_at, f.type, f.at, f.actor_kind, f.actor_id, f.attrs FROM fresh f
    ), about AS (
        INSERT INTO event_object (event_id, recorded_at, object_type, object_id, qualifier)
        SELECT f.id, new_at, o.kind, o.id, o.role FROM fresh f, unnest(f.kinds, f.ids, f.roles) AS o(kind, id, role)
    ), due AS (
        INSERT INTO event_delivery (event_id, recorded_at, subscriber)
        SELECT f.id, new_at, unnest(f.later) FROM fresh f WHERE cardinality(f.later) > 0
    ), named AS (
        SELECT DISTINCT CASE WHEN g.quiet THEN o.kind ELSE o.kind || '-' || o.id END AS name
        FROM given g, unnest(g.kinds, g.ids) AS o(kind, id)
    ), told AS (
        -- A notice holds 8,000 bytes; what is told twice does no harm.
        SELECT pg_notify('ancora_live', string_agg(p.name, ' ')) FROM (
            SELECT named.name, (row_number() OVER () - 1) / 140 AS part FROM named) p GROUP BY p.part
    ), woken AS (
        SELECT pg_notify('ancora_deliveries', '')
        WHERE EXISTS (SELECT FROM given g WHERE cardinality(g.later) > 0)
    )
    SELECT f.n, f.id FROM fresh f, (SELECT count(*) FROM told) t, (SELECT count(*) FROM woken) w ORDER BY f.n;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_publish_many")]

    operations = [migrations.RunSQL(PUBLISH, migrations.RunSQL.noop)]
