"""One problem at the desk: what belongs together is seen, found and changed; one answer is written, shown and sent."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.commands import resolve_case
from ancora.cases.macros.commands import Draft, create_macro
from ancora.cases.models import CommonAnswer, Outcome
from ancora.cases.problems.commands import join_problem, open_problem
from ancora.cases.problems.queries import kin_of, problem_of
from ancora.cases.problems.recipients import recipients
from ancora.cases.problems.tests.conftest import answer_all, outage
from ancora.conversations.models import Message
from ancora.desk.live import hears_answers
from ancora.platform.events.actors import Actor

__all__ = ["answer_all", "cases", "outage"]


@pytest.fixture
def stan(client_of, cast):
    return client_of(cast.stan)


def page_of(client, url, **asked) -> str:
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def fields_of(page: str) -> dict:
    """What the form of an answer would send again, as the browser shows it."""
    hidden = dict(re.findall(r'type="hidden" name="(form_key|shown)" value="([^"]*)"', page))
    known = re.findall(r'name="known" value="([^"]*)"', page)
    ticked = re.findall(r'name="case" value="(\d+)" checked', page)
    return {**hidden, "known": known, "case": ticked}


def test_problem_is_found_named_joined_and_left(stan, cast, shop):
    url = f"/cases/{shop.case.reference}/problem/"
    assert "A new problem" in page_of(stan, url, q="No parcels leave")
    form = {"verb": "new", "subject": "No parcels leave", "form_key": str(uuid4())}
    for _twice in range(2):
        assert stan.post(url, form).url == f"/cases/{shop.case.reference}/"
    problem = problem_of(shop.case)
    assert problem.owner == cast.stan
    assert kin_of(cast.stan, problem).cases == 1
    assert f"#{problem.reference}" in page_of(stan, f"/cases/{shop.case.reference}/")
    assert "1 case belongs to it" in page_of(stan, f"/cases/{problem.reference}/")
    assert "1 case belongs to this problem" in page_of(stan, f"/cases/{problem.reference}/problem/")
    stan.post(url, {"verb": "leave", "other": str(problem.reference)})
    assert problem_of(shop.case) is None
    assert "This is the problem" in page_of(stan, url, q=f"#{problem.reference}")
    for other, words in (("999", "no case #999"), (str(shop.case.reference), "not belong to itself"), ("x", "number")):
        answer = stan.post(url, {"verb": "join", "other": other})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert stan.post(url, {"verb": "new", "subject": "x", "form_key": "?"}).status_code == 422
    stan.post(f"/cases/{problem.reference}/problem/", {"verb": "join", "other": shop.case.reference, "takes": "1"})
    assert problem_of(shop.case) == problem


def test_chosen_cases_become_one_problem_by_words_or_number(client_of, cast, cases):
    client, three, key = client_of(cast.lena), cases(3), str(uuid4())
    form = {"cases": ",".join(str(one.pk) for one in three[:2]), "problem": "No parcels leave", "form_key": key}
    for _twice in range(2):
        assert client.post("/bulk/", form).status_code == 302
    problem = problem_of(three[0])
    form = {"cases": str(three[2].pk), "problem": f"#{problem.reference}", "form_key": str(uuid4())}
    client.post("/bulk/", form)
    assert kin_of(cast.lena, problem).cases == 3
    answer = client.post("/bulk/", {**form, "problem": "99999", "form_key": str(uuid4())})
    assert (answer.status_code, "no case #99999" in answer.content.decode()) == (422, True)


def test_answer_is_shown_before_it_is_sent_and_sent_once(client_of, cast, outage):
    problem, client = outage(3), client_of(cast.lena)
    url = f"/cases/{problem.reference}/answer-all/"
    form = fields_of(page_of(client, url))
    assert len(form["case"]) == 3
    form |= {"text": "Dear {first name}", "format": "plain", "step": "preview"}
    page = client.post(url, form).content.decode()
    assert "1 customer gets it" in page
    assert "2 chosen cases get none" in page
    assert "<p>Dear Carla</p>" in page
    form = {**fields_of(page), "text": "Dear {first name|customer}", "format": "plain", "step": "send"}
    page = client.post(url, form).content.decode()
    assert "Nothing was sent" in page
    assert "Send to 3 customers" in page
    again = {**form, **fields_of(page)}
    assert "Nothing was sent" in client.post(url, {**again, "case": again["case"][:2]}).content.decode()
    assert not CommonAnswer.objects.exists()
    for _twice in range(2):
        answer = client.post(url, again)
        assert answer.url == f"/answers/{CommonAnswer.objects.get().pk}/"
    assert "Sent to 3 cases" in page_of(client, answer.url)
    assert Message.objects.filter(direction="out").count() == 3
    assert "Answers to all" in page_of(client, f"/cases/{problem.reference}/problem/")
    wrong = client.post(url, {**again, "text": "{frist name}", "form_key": str(uuid4())})
    assert (wrong.status_code, "no placeholder" in wrong.content.decode()) == (422, True)


def test_solved_problem_offers_to_answer_the_others(stan, cast, outage):
    problem, outcome = outage(2), Outcome.objects.first()
    assert "is solved" not in page_of(stan, f"/cases/{problem.reference}/kin/")
    resolve_case(problem, outcome=outcome, actor=Actor.human(cast.lena))
    page = page_of(stan, f"/cases/{problem.reference}/kin/")
    assert "2 of its cases are not" in page
    page = page_of(stan, f"/cases/{problem.reference}/answer-all/", outcome=outcome.pk)
    assert f'<option value="{outcome.pk}" selected>' in page
    macro = create_macro(Draft(name="Fixed", texts={"en": "<p>Dear {first name|you}</p>"}), author=cast.lena)
    url = f"/cases/{problem.reference}/answer-all/"
    assert f"?macro={macro.pk}" in page_of(stan, url)
    assert "Dear {first name|you}" in page_of(stan, url, macro=macro.pk)
    assert stan.get(url, {"macro": 999}).status_code == 404


def test_stranger_and_observer(client_of, stan, cast, shop, answer_all):
    problem = open_problem("Board", author=cast.marco, form_key=uuid4())
    join_problem(shop.hidden, problem, author=cast.marco)
    answer = answer_all(problem, author=cast.marco)
    hidden = f"/cases/{shop.hidden.reference}"
    for url in (f"{hidden}/problem/", f"{hidden}/kin/", f"{hidden}/answer-all/", "/answers/999/"):
        assert stan.get(url).status_code == 404
    # The problem is everybody's; its hidden case and whom the answer reached are not.
    assert "Secret" not in page_of(stan, f"/cases/{problem.reference}/problem/")
    assert "Sent to 0 cases" in page_of(stan, f"/answers/{answer.pk}/")
    assert "No case belongs" in page_of(stan, f"/cases/{problem.reference}/answer-all/")
    for verb in ("stop", "back"):
        assert "Only who began it" in stan.post(f"/answers/{answer.pk}/{verb}/").content.decode()
    olga = client_of(cast.olga)
    assert page_of(olga, f"/answers/{answer.pk}/")
    for url in (f"/cases/{problem.reference}/problem/", f"/cases/{problem.reference}/answer-all/"):
        assert olga.get(url).status_code == 403
    assert olga.post(f"/answers/{answer.pk}/stop/").status_code == 403
    shop.mailbox.teams.add(shop.insiders)
    made = open_problem("Ours", author=cast.marco, form_key=uuid4())
    type(made).objects.filter(pk=made.pk).update(mailbox_ids=[shop.mailbox.pk])
    own = answer_all(made, author=cast.marco, to=_seen(cast.marco, made, shop))
    for verb in ("", "stop/", "back/"):
        assert stan.post(f"/answers/{own.pk}/{verb}").status_code in (404, 405)
    assert stan.get(f"/answers/{own.pk}/").status_code == 404
    assert [hears_answers(person, {own.pk}) for person in (cast.marco, cast.stan)] == [{own.pk}, set()]
    assert not hears_answers(cast.marco, {999})


def _seen(viewer, problem, shop):
    join_problem(shop.case, problem, author=viewer)
    return {one.case.pk: one.known for one in recipients(viewer, problem)}


def test_pages_ask_as_much_for_many_cases(client_of, cast, outage, cases):
    problem, client, counts = outage(2), client_of(cast.lena), []
    urls = ("/problem/", "/answer-all/", "/kin/", "/")
    for count in (2, 6):
        for case in cases(count)[2:]:
            join_problem(case, problem, author=cast.lena)
        asked = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/cases/{problem.reference}{url}").status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]


def test_form_may_name_as_many_cases_as_a_problem_has(stan, outage):
    problem = outage(1)
    form = {"case": [str(n) for n in range(1000)], "step": "preview", "text": "Hello", "format": "plain"}
    form |= {"seen": [str(n) for n in range(1000)], "form_key": str(uuid4())}
    assert stan.post(f"/cases/{problem.reference}/answer-all/", form).status_code in (200, 422)
