from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='handle',
            name='bounce',
            field=models.CharField(blank=True, choices=[('hard', 'for good'), ('soft', 'for now')], default='', max_length=4),
        ),
        migrations.AddField(
            model_name='handle',
            name='bounce_reason',
            field=models.CharField(blank=True, default='', max_length=500),
        ),
        migrations.AddField(
            model_name='handle',
            name='bounced_at',
            field=models.DateTimeField(null=True),
        ),
    ]
