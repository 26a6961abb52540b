import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Every open tab writes here four times a minute; losing it in a crash is harmless.
UNLOGGED = "ALTER TABLE cases_presence SET UNLOGGED"


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_macros'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'tab', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tab', models.UUIDField()),
                ('state', models.CharField(choices=[('writing', 'Writing'), ('viewing', 'Viewing'), ('away', 'Away')], max_length=8)),
                ('since', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['case'], name='presence_on_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['writing', 'viewing', 'away'])), name='presence_state_known')],
            },
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
    ]
