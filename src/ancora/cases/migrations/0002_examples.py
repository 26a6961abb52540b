from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_initial'),
        ('conversations', '0008_examples'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='is_example',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['id'], condition=models.Q(('is_example', True)), name='case_example'),
        ),
    ]
