"""The macros of the demo company hold together with its cast."""

from ancora.cases.macros.placeholders import unknown_in
from ancora.demo.company.cast import cast
from ancora.demo.company.macros import macros


def test_everything_they_name_is_there():
    known = cast()
    teams = {team.name for team in known.teams}
    for macro in macros():
        assert macro.whose in {"everybody", *teams, *known.people}, macro.name
        assert macro.team in {"", *teams}
        assert macro.outcome in {"", *known.outcomes}
        assert set(macro.tags) <= set(known.tags)


def test_texts_are_in_one_line_and_their_placeholders_are_known():
    for macro in macros():
        for html in macro.texts.values():
            assert "\n" not in html
            assert html.startswith("<p>")
            assert unknown_in(html) == []
