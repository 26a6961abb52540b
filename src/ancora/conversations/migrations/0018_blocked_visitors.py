from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0017_parked_chats")]

    operations = [
        migrations.AddIndex(
            model_name="chatvisitor",
            index=models.Index(
                condition=models.Q(("blocked_at__isnull", False)), fields=["-blocked_at"], name="chat_visitor_blocked"
            ),
        ),
    ]
