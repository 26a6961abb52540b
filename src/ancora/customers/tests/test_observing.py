"""An address or a number is one customer's, however often and by whomever it is seen."""

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ancora.customers.commands import Sight, observe_handle, observe_handles
from ancora.customers.models import Customer, Handle
from ancora.testing.threads import Aside


def test_same_address_is_the_same_customer(db):
    first = observe_handle("email", "Carla@Home.example", name="Carla Bianchi", language="it")
    again = observe_handle("email", " carla@home.example ", name="C. B.")
    assert (again.pk, again.customer.name, again.display) == (first.pk, "Carla Bianchi", "Carla@Home.example")
    assert (Customer.objects.count(), Handle.objects.count()) == (1, 1)


def test_who_gives_no_name_is_called_by_the_address_until_a_name_comes(db):
    handle = observe_handle("email", "carla@home.example")
    assert handle.customer.name == "carla@home.example"
    assert observe_handle("email", "carla@home.example", name="Carla").customer.name == "Carla"
    assert observe_handle("email", "carla@home.example", name="Somebody else").customer.name == "Carla"
    assert Customer.objects.get().name == "Carla"


def test_many_are_observed_in_as_many_statements_as_few(db):
    def statements(count: int, domain: str) -> int:
        sights = [Sight("email", f"{number}@{domain}", f"Number {number}") for number in range(count)]
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            handles = observe_handles(sights + sights[:1])
        assert [handle.value for handle in handles] == [sight.value for sight in sights + sights[:1]]
        assert handles[-1] == handles[0]
        return len(queries)

    assert statements(2, "few.example") == statements(40, "many.example")
    assert Customer.objects.count() == 42


def test_two_who_see_the_same_new_address_at_once_make_one_customer(db):
    with transaction.atomic():
        mine = observe_handles([Sight("email", "a@x.example"), Sight("email", "b@x.example")])
        other = Aside(observe_handles, [Sight("email", "b@x.example"), Sight("email", "c@x.example")])
        other.join(0.3)
        assert other.is_alive()
    theirs = other.result()
    assert theirs[0].pk == mine[1].pk
    assert Customer.objects.count() == 3


def test_people_read_no_numbers_of_programs():
    shown = [
        Handle(kind=kind, display=display).shown
        for kind, display in (
            ("browser", "2f798571ceafd03a60b89f051ff52205"),
            ("user", "3:customer-12"),
            ("email", "Carla@xn--caf-dma.example"),
        )
    ]
    assert shown == ["Browser 2F79", "Account at the website: customer-12", "Carla@café.example"]
