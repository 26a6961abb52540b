from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_examples'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='waits_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status', 'waiting'), ('waits_until__isnull', False)), fields=['waits_until'], name='case_waits_until'),
        ),
    ]
