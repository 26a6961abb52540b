"""Carla's case, and Otto, who repairs grinders."""

import pytest

from ancora.desk.tests.conftest import letter


@pytest.fixture
def case(cast, mailbox, arrive):
    from ancora.cases.commands import create_default_outcomes
    from ancora.cases.models import Case

    create_default_outcomes()
    arrive(letter(), mailbox)
    return Case.objects.select_related("customer").get()


@pytest.fixture
def otto(db):
    from ancora.parties.models import ThirdParty

    return ThirdParty.objects.create(name="Otto Repairs", address="otto@repairs.example")


@pytest.fixture
def answer_of(mailbox, arrive):
    """`answer_of(message, text)`: the third party's mail program answers one of our messages."""

    def answer(message, text="The seal is worn.", sender="Otto <otto@repairs.example>", **headers):
        number = message.pk
        mail = letter(sender, f"Re: {message.subject}", text, message_id=f"<otto-{number}-{len(text)}@repairs.example>")
        mail["In-Reply-To"] = message.message_id
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        return arrive(mail, mailbox)

    return answer
