from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0007_bounces'),
        ('customers', '0003_examples'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='is_example',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['id'], condition=models.Q(('is_example', True)), name='conversation_example'),
        ),
    ]
