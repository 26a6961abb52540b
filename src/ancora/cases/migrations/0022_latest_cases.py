import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0021_task_news'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('last_message_at'), models.F('id'), condition=models.Q(('status', 'merged'), _negated=True), name='case_latest'),
        ),
        migrations.AlterField(
            model_name='casetag',
            name='tag',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.tag'),
        ),
        migrations.AddIndex(
            model_name='casetag',
            index=models.Index(fields=['tag', 'case'], name='cases_of_tag'),
        ),
    ]
