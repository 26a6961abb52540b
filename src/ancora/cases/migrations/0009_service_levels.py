# 

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_drafts'),
        ('conversations', '0008_examples'),
        ('parties', '0002_calendars'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClockRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('total', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('after_id', models.BigIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('touched_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='clock_run_within')],
            },
        ),
        migrations.CreateModel(
            name='ServicePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('targets', models.JSONField(default=dict)),
                ('warns_before', models.PositiveIntegerField(default=25)),
                ('warning_unit', models.CharField(choices=[('percent', 'per cent of the time'), ('minutes', 'minutes')], default='percent', max_length=7)),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.calendar')),
                ('mailbox', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conversations.mailbox')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.team')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('warning_unit', 'minutes'), models.Q(('warning_unit', 'percent'), ('warns_before__lte', 100)), _connector='OR'), name='service_policy_warning')],
            },
        ),
        migrations.CreateModel(
            name='CaseClocks',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='clocks', serialize=False, to='cases.case')),
                ('hands', models.JSONField(default=list)),
                ('due_at', models.DateTimeField(null=True)),
                ('tells_at', models.DateTimeField(null=True)),
                ('told_until', models.DateTimeField(null=True)),
                ('as_of', models.BigIntegerField(default=0)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.servicepolicy')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='case_clocks_due'), models.Index(condition=models.Q(('tells_at__isnull', False)), fields=['tells_at'], name='case_clocks_tell')],
            },
        ),
    ]
