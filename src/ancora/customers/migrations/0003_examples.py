from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_bounces'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='is_example',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['id'], condition=models.Q(('is_example', True)), name='customer_example'),
        ),
    ]
