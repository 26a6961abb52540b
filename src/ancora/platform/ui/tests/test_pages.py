"""Pages keep their promises: no inline code, plain errors, every component in both languages."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from ancora.platform import clock
from ancora.platform.http.errors import broken
from ancora.platform.ui.views import ICONS

# The frame holds a customer's mail under a content policy of its own.
TEMPLATES = sorted(path for path in Path(__file__).parents[3].rglob("templates/**/*.html") if path.name != "frame.html")
SPRITE = Path(__file__).parents[1] / "static/ui/icons.svg"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_inline_script_or_style(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_region_that_refreshes_itself_leaves_the_clicks_inside_alone(path):
    """A form that inherits the queue of its region is dropped by the next refresh."""
    for tag in re.findall(r"<[^>]*hx-sync=\"this:[^>]*>", path.read_text()):
        assert tag.startswith("<input") or re.search(r'hx-disinherit="(hx-sync|\*)', tag)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_icons_named_in_a_template_exist(path):
    known = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    assert set(re.findall(r'{% icon "([^"]+)"', path.read_text())) <= known
    assert set(ICONS.split()) == known


@pytest.mark.parametrize("language", ["en", "it"])
def test_components_are_shown_in_both_languages(cast, client_of, language):
    answer = client_of(cast.marco).get(f"/components/?language={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert client_of().get("/components/").status_code == 302


def test_unknown_page_says_what_to_do(cast, client_of):
    answer = client_of(cast.marco).get("/nothing/here/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_stale_form_says_that_nothing_was_changed(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.olga)
    answer = client.post("/settings/mine/", {"name": "X"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


def test_broken_page_needs_no_database():
    request = RequestFactory().get("/")
    request.id = "abcd1234"
    answer = broken(request)
    assert answer.status_code == 500
    assert "abcd1234" in answer.content.decode()


def _when(moment) -> str:
    return Template("{% load ui %}{% when moment %}").render(Context({"moment": moment}))


def test_moment_is_relative_with_the_exact_time_beside_it():
    with translation.override("en"), timezone.override("UTC"):
        now = clock.now()
        assert 'data-minutes="0"><span aria-hidden="true">now<' in _when(now)
        assert ">12 min ago<" in _when(now - timedelta(minutes=12, seconds=5))
        old = now.replace(year=now.year - 2, month=3, day=4, hour=9, minute=12)
        shown = _when(old)
        assert f">4 Mar {old.year}<" in shown
        assert f"4 March {old.year}, 09:12" in shown
        assert f'datetime="{old.year}-03-04T09:12' in shown


def test_absent_moment_shows_what_the_page_says():
    assert Template('{% load ui %}{% when none "never" %}').render(Context({"none": None})) == "never"


def test_error_of_a_field_is_named_by_its_input():
    from ancora.platform.ui.views import SampleForm

    form = SampleForm({"email": "carla@"})
    html = Template('{% include "ui/field.html" with field=form.name %}').render(Context({"form": form}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-invalid="true"' in html
