from django.db import migrations

# The parser takes every character beyond ASCII for a letter where the C library's locale is C, as in our own database:
# “order” in such quotes, l’ordine with such an apostrophe, or a word before … was a word of its own that nobody
# finds. So signs that are no letters become spaces, and a soft hyphen nothing.
SEARCH_PLAIN = r"""
CREATE FUNCTION search_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(replace(words, U&'\00AD', ''),
        '[\u0080-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u200b\u200e-\u206f'
        '\u20a0-\u20cf\u2122\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe0f\ufeff\U0001f000-\U0001faff]', ' ', 'g')
$$;
CREATE OR REPLACE FUNCTION search_words(words text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('ancora_it', plain) || to_tsvector('ancora_en', plain) FROM search_plain(words) AS plain
$$;
CREATE OR REPLACE FUNCTION search_query(words text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT websearch_to_tsquery('ancora_it', plain) || websearch_to_tsquery('ancora_en', plain)
    FROM search_plain(words) AS plain
$$;
"""
SEARCH_AS_IT_IS = """
CREATE OR REPLACE FUNCTION search_words(words text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('ancora_it', words) || to_tsvector('ancora_en', words)
$$;
CREATE OR REPLACE FUNCTION search_query(words text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT websearch_to_tsquery('ancora_it', words) || websearch_to_tsquery('ancora_en', words)
$$;
DROP FUNCTION search_plain;
"""
# What was found before is found still.
AGAIN = r"""
UPDATE conversations_searchentry s SET words = s.words || search_words(left(concat_ws(E'\n', m.subject,
    (SELECT string_agg(a.filename, ' ') FROM conversations_attachment a WHERE a.message_id = m.id),
    coalesce(nullif(m.reply_text, ''), m.text)), 200000))
FROM conversations_message m WHERE m.id = s.message_id
    AND m.subject || m.text ~ '[\u0080-\u00bf\u2000-\u206f\u20a0-\u20cf\u2122-\u2bff\u3000-\u303f\U0001f000-\U0001faff]'
"""
# Words of which the last one is not yet finished: it begins others, or ends in what their stem has lost.
SEARCH_BEGUN = """
CREATE FUNCTION search_begun(words text, begun text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT search_query(words) && coalesce((
        SELECT string_agg(quote_literal(left(word, length(word) - cut)) || CASE cut WHEN 0 THEN ':*' ELSE '' END, '|')
        FROM regexp_replace(public.unaccent(lower(begun)), '[^[:alnum:]]', '', 'g') AS word, generate_series(0, 3) AS cut
        WHERE word <> '' AND (cut = 0 OR length(word) - cut >= 4)
    ), '')::tsquery
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0010_side_threads'),
    ]

    operations = [
        migrations.RunSQL(SEARCH_PLAIN, SEARCH_AS_IT_IS),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH_BEGUN, 'DROP FUNCTION search_begun'),
    ]
