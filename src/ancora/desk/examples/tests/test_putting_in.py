"""A handful of matters to try the desk with, in the organisation's language, marked wherever they are seen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import open_case_by_hand
from ancora.cases.models import Case, Note
from ancora.conversations.models import Attachment, Conversation, Direction, Message
from ancora.customers.commands import observe_handle
from ancora.customers.models import Customer, Handle, HandleKind
from ancora.desk.examples.putting_in import put_in_examples
from ancora.desk.examples.story import examples_in
from ancora.desk.tests.conftest import letter
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.errors import Refusal


def test_they_show_what_a_desk_meets(examples):
    assert sorted(case.status for case in examples.values()) == ["open", "open", "open", "resolved", "waiting"]
    assert examples["Victor"].priority == 4
    assert examples["Jonas"].waiting_on == "customer"
    assert examples["Amina"].outcome is not None
    assert Note.objects.get().case == examples["Priya"]
    assert Attachment.objects.get().content_type == "image/png"
    conversations = Conversation.objects.get(customer=examples["Victor"].customer)
    assert Message.objects.filter(pk__in=_messages_of(conversations), direction=Direction.IN).count() == 3


def _messages_of(conversation):
    from ancora.conversations.models import Place

    return Place.objects.filter(conversation=conversation).values("message_id")


def test_everything_of_them_is_marked(examples):
    for kind in (Case, Conversation, Customer):
        assert kind.objects.count() == kind.objects.filter(is_example=True).count() == 5


@pytest.mark.parametrize("language", ["en", "it"])
def test_texts_are_in_the_organisations_language_and_nobody_can_have_the_addresses(cast, language):
    Organisation.objects.update(language=language)
    forget_organisation()
    cases = put_in_examples(person=cast.anna)
    assert {case.language for case in Case.objects.all()} == {language}
    assert [case.subject for case in cases] == [one.subject for one in examples_in(language)]
    assert all(handle.value.endswith(".example") for handle in Handle.objects.all())


def test_second_time_is_refused(cast, examples):
    with pytest.raises(Refusal, match="here already"):
        put_in_examples(person=cast.anna)
    assert Case.objects.count() == 5


def test_customer_who_really_has_such_an_address_stays_real(cast):
    handle = observe_handle(HandleKind.EMAIL, examples_in("en")[0].address, name="Mara Real")
    put_in_examples(person=cast.anna)
    assert not Customer.objects.get(pk=handle.customer_id).is_example
    assert Customer.objects.filter(is_example=True).count() == 4


def test_lists_and_searches_show_that_they_are_examples(cast, examples, mailbox, arrive, client_of):
    arrive(letter(), mailbox)
    stan = client_of(cast.stan)
    page = stan.get("/queues/open/").text
    assert page.count('<span class="tag">example</span>') == 3
    assert page.count('class="row"') == 4
    assert '<span class="tag">example</span>' in stan.get("/search/?q=invoice+2207").text
    assert ">example</span>" in stan.get(f"/customers/{examples['Mara'].customer_id}/").text


def test_case_says_so_and_leads_administrators_to_the_way_to_delete_them(cast, examples, client_of):
    address = f"/cases/{examples['Victor'].reference}/"
    for person, may_delete in ((cast.stan, False), (cast.olga, False), (cast.anna, True)):
        page = client_of(person).get(address).text
        assert "An example: nothing you write here is sent to anybody." in page
        assert ('href="/settings/examples/"' in page) == may_delete
        assert "not sent: this is an example" in page


def test_real_case_does_not_say_so(shop, cast, client_of):
    page = client_of(cast.anna).get(f"/cases/{shop.case.reference}/").text
    assert "example:" not in page
    assert "this is an example" not in page


def test_lists_and_cases_cost_no_query_more(cast, examples, shop, client_of):
    anna = client_of(cast.anna)

    def cost(address: str) -> int:
        anna.get(address)
        with CaptureQueriesContext(connection) as queries:
            anna.get(address)
        return len(queries)

    assert cost(f"/cases/{examples['Mara'].reference}/") <= cost(f"/cases/{shop.case.reference}/") + 1
    full = cost("/queues/open/")
    Case.objects.filter(is_example=True).update(is_example=False)
    assert cost("/queues/open/") == full


def test_matter_written_down_for_an_invented_customer_is_an_example_too(cast, examples):
    customer = examples["Mara"].customer
    case = open_case_by_hand(customer=customer, subject="Called", text="Hello", channel="phone", author=cast.stan)
    assert case.is_example
    assert Conversation.objects.get(reference=case.reference).is_example
