import ancora.platform.keys
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0005_trust'),
        ('files', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('fetching', 'mail is not fetched'), ('consent', 'the permission is gone'), ('sending', 'mail does not leave'), ('quarantine', 'mail could not be read'), ('arrivals', 'mail waits to be read')], max_length=16)),
                ('noticed_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('retry_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_claimed_at', models.DateTimeField(null=True)),
                ('mailbox', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conversations.mailbox')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('end_claimed_at__isnull', True)), fields=['ended_at'], name='alert_untold')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('kind', 'mailbox'), name='alert_is_one', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('mailbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='grant', serialize=False, to='conversations.mailbox')),
                ('account', models.CharField(blank=True, default='', max_length=320)),
                ('refresh_token', ancora.platform.keys.SecretField(blank=True, default='')),
                ('access_token', ancora.platform.keys.SecretField(blank=True, default='')),
                ('expires_at', models.DateTimeField(null=True)),
                ('refreshed_at', models.DateTimeField(null=True)),
                ('granted_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True, default='')),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('kind', models.CharField(choices=[('google', 'Google'), ('microsoft', 'Microsoft'), ('other', 'another provider with OAuth')], max_length=16, primary_key=True, serialize=False)),
                ('client_id', models.CharField(blank=True, default='', max_length=255)),
                ('client_secret', ancora.platform.keys.SecretField(blank=True, default='')),
                ('tenant', models.CharField(blank=True, default='', max_length=255)),
                ('authorize_url', models.URLField(blank=True, default='', max_length=500)),
                ('token_url', models.URLField(blank=True, default='', max_length=500)),
                ('scopes', models.CharField(blank=True, default='', max_length=1000)),
            ],
        ),
        migrations.AddField(
            model_name='fetch',
            name='asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='fetch',
            name='old_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fetch',
            name='old_end_uid',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fetch',
            name='old_resumed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='fetch',
            name='old_resumed_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fetch',
            name='old_total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fetch',
            name='old_uid',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fetch',
            name='stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='fetch',
            name='uid_next',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='fetching_paused_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='fetching_paused_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='sending_paused_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='sending_paused_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='sign_in',
            field=models.CharField(choices=[('password', 'a password'), ('google', 'Google'), ('microsoft', 'Microsoft'), ('microsoft_app', 'Microsoft, as an application without a person'), ('other', 'another provider with OAuth')], default='password', max_length=16, verbose_name='sign in with'),
        ),
        migrations.AddIndex(
            model_name='arrival',
            index=models.Index(fields=['mailbox', 'received_at'], name='arrival_by_day'),
        ),
    ]
