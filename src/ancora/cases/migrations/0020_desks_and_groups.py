import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Everybody who works writes here each minute; losing it in a crash is harmless.
UNLOGGED = "ALTER TABLE cases_opendesk SET UNLOGGED"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_undo_seconds'),
        ('cases', '0019_macro_tasks'),
    ]

    operations = [
        migrations.CreateModel(
            name='OpenDesk',
            fields=[
                ('person', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
        migrations.AddField(
            model_name='servicepolicy',
            name='channel',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='servicepolicy',
            name='customers',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
