from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Reverse

# Capitals and accents do not count. `unaccent` is only called stable because its dictionary could be replaced.
SEARCH_NAME = """
CREATE FUNCTION search_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT public.unaccent('public.unaccent'::regdictionary, lower(name))
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_examples'),
    ]

    operations = [
        # Whichever comes first; it stays, others use it.
        migrations.RunSQL('CREATE EXTENSION IF NOT EXISTS unaccent', migrations.RunSQL.noop),
        TrigramExtension(),
        migrations.RunSQL(SEARCH_NAME, 'DROP FUNCTION search_name'),
        migrations.AddIndex(
            model_name='customer',
            index=GinIndex(OpClass(models.Func(models.F('name'), function='search_name'), 'gin_trgm_ops'), name='customer_name_parts'),
        ),
        migrations.AddIndex(
            model_name='handle',
            index=models.Index(fields=['value'], name='handle_by_beginning', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='handle',
            index=models.Index(OpClass(Reverse(models.Func(models.F('value'), models.Value('+0'), function='ltrim')), 'text_pattern_ops'), condition=models.Q(('kind', 'phone')), name='handle_by_end'),
        ),
    ]
