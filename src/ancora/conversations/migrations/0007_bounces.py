from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0006_mailboxes'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipient',
            name='bounce',
            field=models.CharField(blank=True, choices=[('hard', 'for good'), ('soft', 'for now')], default='', max_length=4),
        ),
    ]
