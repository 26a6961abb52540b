"""Customers, for programs."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status
from pydantic import model_validator

from ancora.customers import commands
from ancora.customers.models import Customer, HandleKind
from ancora.customers.queries import customer_for, customers_page, find_customers, handle_of, normal_phone
from ancora.platform.events.actors import Actor
from ancora.platform.http.programs import PROBLEMS, Id, Line, MailAddress, Text, agent_of, check_mail_address

router = Router(tags=["customers"])
Language = Annotated[str, Field(pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?$")]


class HandleOut(Schema):
    """One way a customer is known: `value` as it is compared, `display` as it was written. `bounced_at`: since when
    mail to it comes back; `bounce`: hard, soft, or empty where nobody can tell."""

    id: int
    kind: str
    value: str
    display: str
    verification: str
    bounced_at: datetime | None
    bounce: str
    bounce_reason: str


class CustomerOut(Schema):
    """A customer with all handles."""

    id: int
    name: str
    language: str
    remark: str
    created_at: datetime
    handles: list[HandleOut]


class CustomersOut(Schema):
    """A page, newest first; `next` is the `after` of the next one."""

    customers: list[CustomerOut]
    next: int | None


class CustomersQuery(Schema):
    """`handle`: an address or a phone number, compared exactly after trimming, case and punctuation. `words`: a number
    or a name, or a part of one, or the beginning of an address."""

    handle: Annotated[Line, Field(max_length=320)] | None = None
    words: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    after: Id | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CustomerIn(Schema):
    """A name, an address or a number is needed."""

    name: Annotated[Line, Field(max_length=200)] = ""
    email: MailAddress | None = None
    phone: Annotated[Line, Field(max_length=40)] | None = None
    language: Language = ""

    @model_validator(mode="after")
    def _is_somebody(self):
        if not (self.name or self.email or self.phone):
            raise ValueError("say who it is: a name, an address or a number")
        if self.phone:
            _check_phone(self.phone)
        return self


class CustomerChange(Schema):
    """What is left out stays as it is."""

    name: Annotated[Line, Field(max_length=200)] | None = None
    language: Language | None = None
    remark: Annotated[Text, Field(max_length=4000)] | None = None


class HandleIn(Schema):
    """An address or a phone number."""

    kind: Literal["email", "phone"]
    value: Annotated[Line, Field(min_length=3, max_length=320)]

    @model_validator(mode="after")
    def _is_one(self):
        if self.kind == HandleKind.EMAIL:
            check_mail_address(self.value)
        else:
            _check_phone(self.value)
        return self


@router.get("", response={200: CustomersOut, **PROBLEMS}, summary="List customers, or find some")
def list_customers(request, query: Query[CustomersQuery]):
    """With `handle` the list holds the one customer who has it, or nobody; with `words` those who fit, best first, on
    one page."""
    if query.handle:
        found = handle_of(_kind_of(query.handle), query.handle)
        customers = [customer_for(request.user, found.customer_id)] if found else []
        return CustomersOut(customers=[shown(customer) for customer in customers], next=None)
    if query.words:
        found = find_customers(request.user, query.words, most=query.limit)
        return CustomersOut(customers=[shown(customer) for customer in found], next=None)
    customers, following = customers_page(request.user, after=query.after, size=query.limit)
    return CustomersOut(customers=[shown(customer) for customer in customers], next=following)


@router.get("/{int:pk}", response={200: CustomerOut, **PROBLEMS}, summary="One customer")
def get_customer(request, pk: int):
    return shown(customer_for(request.user, pk))


@router.post("", response={201: CustomerOut, **PROBLEMS}, summary="Add a customer")
def create_customer(request, given: CustomerIn):
    """Refused when another customer has the address or the number."""
    agent = agent_of(request)
    customer = commands.create_customer(
        name=given.name,
        email=given.email or "",
        phone=given.phone or "",
        language=given.language,
        actor=Actor.human(agent),
    )
    return Status(201, shown(customer_for(agent, customer.pk)))


@router.patch("/{int:pk}", response={200: CustomerOut, **PROBLEMS}, summary="Correct a customer")
def change_customer(request, pk: int, given: CustomerChange):
    agent = agent_of(request)
    customer = customer_for(agent, pk)
    wanted = {name: getattr(customer, name) for name in ("name", "language", "remark")}
    wanted |= {name: value for name, value in given.dict(exclude_unset=True).items() if value is not None}
    commands.change_customer(customer, **wanted, actor=Actor.human(agent))
    return shown(customer)


@router.post("/{int:pk}/handles", response={201: HandleOut, **PROBLEMS}, summary="Add an address or a phone number")
def add_handle(request, pk: int, given: HandleIn):
    """Adding one that the customer has already changes nothing; one of another customer is refused."""
    agent = agent_of(request)
    customer = customer_for(agent, pk)
    handle = commands.add_handle(customer, given.kind, given.value, actor=Actor.human(agent))
    return Status(201, HandleOut.from_orm(handle))


def shown(customer: Customer) -> CustomerOut:
    """A customer whose handles are loaded, as programs see it."""
    return CustomerOut.from_orm(customer)


def _kind_of(handle: str) -> str:
    return HandleKind.EMAIL if "@" in handle else HandleKind.PHONE


def _check_phone(number: str) -> None:
    if not 5 <= len(normal_phone(number)) <= 20:
        raise ValueError("no phone number")
