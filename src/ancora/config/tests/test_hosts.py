"""Which names the server answers to, and how it stands behind a proxy."""

import pytest

from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.http.addresses import visitor_address


@pytest.fixture
def behind_proxy(cast):
    Organisation.objects.update(public_address="https://help.example.com", proxy_count=1)
    forget_organisation()


def test_undeclared_host_is_refused_in_plain_words(cast, client_of):
    answer = client_of().get("/accounts/login/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" in answer.content.decode()


def test_public_address_is_answered(behind_proxy, client_of):
    assert client_of().get("/accounts/login/", headers={"host": "help.example.com"}).status_code == 200


def test_cookies_given_over_https_travel_over_https_only(behind_proxy, client_of):
    headers = {"host": "help.example.com", "x-forwarded-proto": "https"}
    answer = client_of().get("/accounts/login/", headers=headers)
    assert answer.cookies["ancora_csrf"]["secure"]


def test_word_of_https_counts_only_from_a_declared_proxy(cast, client_of):
    answer = client_of().get("/accounts/login/", headers={"x-forwarded-proto": "https"})
    assert not answer.cookies["ancora_csrf"]["secure"]


@pytest.mark.parametrize(("proxies", "address"), [(0, "10.0.0.9"), (1, "3.3.3.3"), (2, "2.2.2.2"), (4, "10.0.0.9")])
def test_visitor_is_who_our_outermost_proxy_saw(cast, rf, proxies, address):
    Organisation.objects.update(proxy_count=proxies)
    forget_organisation()
    request = rf.get("/", headers={"x-forwarded-for": "1.1.1.1, 2.2.2.2, 3.3.3.3"}, REMOTE_ADDR="10.0.0.9")
    assert visitor_address(request) == address
