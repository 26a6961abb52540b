from django.db import migrations


def begin(apps, schema_editor):
    """The worker reads what is there already: among a million messages that takes a while, and nobody waits for it."""
    from procrastinate.contrib.django import app

    newest = apps.get_model('conversations', 'SearchEntry').objects.order_by('-pk').first()
    if newest:
        app.configure_task('ancora.conversations.jobs.index_again').defer(until=newest.pk)


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0011_signs_beside_words'),
        ('procrastinate', '0041_post_retry_failed_job'),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
