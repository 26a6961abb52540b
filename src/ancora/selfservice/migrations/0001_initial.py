from django.db import migrations, models

# Channel, points, complexity, sensitivity, urgency, English, Italian.
TALK = (
    "What is complicated is often solved in one talk.",
    "Le cose complicate spesso si risolvono con una telefonata.",
)
SURE = (
    "On the phone we can make sure who you are.",
    "Al telefono possiamo accertarci di chi è Lei.",
)
UNKNOWN = (
    "Here we cannot be sure who you are; numbers of cards and accounts are hidden.",
    "Qui non possiamo essere certi di chi è Lei; i numeri di carte e conti vengono nascosti.",
)
RULES = (
    ("phone", 1, "complex", "", "", *TALK),
    ("phone", 1, "difficult", "", "", *TALK),
    ("phone", 1, "", "personal", "", *SURE),
    ("phone", 2, "", "secret", "", *SURE),
    ("chat", 1, "simple", "public", "", "A quick question fits well into a chat.",
     "Una domanda veloce si presta bene alla chat."),
    ("chat", -1, "", "personal", "", *UNKNOWN),
    ("chat", -2, "", "secret", "", *UNKNOWN),
    ("email", -2, "", "secret", "", "A mail is read by whoever has the mailbox.",
     "Una mail la legge chiunque acceda alla casella."),
    ("email", -2, "", "", "high", "For what is urgent a mail may take too long.",
     "Per le cose urgenti una mail può richiedere troppo tempo."),
    ("email", 1, "", "", "low", "In a mail you can tell everything in peace, with pictures.",
     "In una mail può raccontare tutto con calma, con le foto."),
)  # fmt: skip


def begin_with_rules(apps, _editor):
    model = apps.get_model("selfservice", "AdviceRule")
    model.objects.bulk_create(
        model(
            channel=channel,
            points=points,
            complexity=complexity,
            sensitivity=sensitivity,
            urgency=urgency,
            reasons={"en": english, "it": italian},
        )
        for channel, points, complexity, sensitivity, urgency, english, italian in RULES
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AdviceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=16)),
                ('points', models.SmallIntegerField(verbose_name='points')),
                ('complexity', models.CharField(blank=True, choices=[('simple', 'a quick question'), ('complex', 'something complicated'), ('difficult', 'something difficult')], default='', max_length=9)),
                ('sensitivity', models.CharField(blank=True, choices=[('public', 'nothing personal'), ('personal', 'personal data'), ('secret', 'what only the person may know')], default='', max_length=8)),
                ('urgency', models.CharField(blank=True, choices=[('low', 'has time'), ('normal', 'as usual'), ('high', 'urgent')], default='', max_length=6)),
                ('reasons', models.JSONField(default=dict)),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
            ],
            options={
                'ordering': ['channel', '-points', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gte', -9), ('points__lte', 9)), name='advice_rule_points')],
            },
        ),
        migrations.RunPython(begin_with_rules, migrations.RunPython.noop),
    ]
