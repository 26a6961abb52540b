"""The documents say what is there: every command, option and address of the API, links that lead somewhere."""

import argparse
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from ancora.config import commandline

ROOT = Path(__file__).parents[4]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted(DOCS.glob("adr/0*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
# Words behind these go to another program.
PASSED_ON = {"manage", "test"}
MACHINE = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|work|workspace|Users)/|[A-Z]:\\")
REGISTRY = re.compile(r"pypi\.|pythonhosted|registry\.|artifactory|(?<!no-emit-)index-url|simple/|devpi", re.IGNORECASE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def sections() -> dict[str, str]:
    """What the page of the command line says under each command."""
    parts = re.split(r"^## `ancora (\w+)`$", text_of(DOCS / "command-line.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Every long option of a parser and of its subcommands."""
    found = set()
    for action in parser._actions:
        found |= {option for option in action.option_strings if option.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                found |= options_of(sub)
    return found - {"--help"}


def declared(command: str, capsys) -> set[str]:
    if command == "bench":
        # It reads its own words; its help says them.
        with pytest.raises(SystemExit):
            commandline.run(["bench", "--help"])
        return set(OPTION.findall(capsys.readouterr().out)) - {"--help"}
    parser = argparse.ArgumentParser(prog=command)
    importlib.import_module(f"ancora.config.commands.{command}").declare(parser)
    return options_of(parser)


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as web sites of repositories make them."""
    headings = re.findall(r"^#{1,6} (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_command_has_its_place_in_the_documents():
    assert set(sections()) == set(commandline.COMMANDS)


@pytest.mark.parametrize("command", sorted(set(commandline.COMMANDS) - PASSED_ON))
def test_options_of_a_command_and_those_in_its_documents_are_the_same(command, capsys):
    assert set(OPTION.findall(sections()[command])) == declared(command, capsys)


def test_every_operation_of_the_api_is_named():
    from ancora.config.api import api

    text = text_of(DOCS / "api.md")
    operations = [
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
        for method in methods
    ]
    named = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", text))
    assert named == set(operations)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for link in LINK.findall(text_of(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        if target.suffix != ".png":
            assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_hold_no_place_of_a_machine_and_no_registry(page):
    assert not MACHINE.findall(text_of(page))
    assert not REGISTRY.findall(text_of(page))


def test_every_page_is_reached_from_the_index():
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(text_of(DOCS / "index.md"))}
    assert {page for page in DOCS.glob("*.md") if page.name != "index.md"} <= listed


def test_decisions_are_short_dated_numbered_and_listed():
    index = text_of(DOCS / "adr" / "index.md")
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for page in DECISIONS:
        lines = text_of(page).splitlines()
        assert len(lines) <= 25, page.name
        assert lines[0].startswith(f"# {int(page.name[:4])}. "), page.name
        assert re.match(r"\d{4}-\d{2}-\d{2} · (accepted|superseded)", lines[2]), page.name
        assert all(f"**{word}.**" in text_of(page) for word in ("Context", "Decision", "Rejected")), page.name
        assert f"[{page.name[:4]}]({page.name}) {lines[0].partition('. ')[2]}" in index


def test_readme_begins_with_the_two_commands():
    lines = text_of(ROOT / "README.md").splitlines()
    assert "./ancora demo" in lines
    assert "./ancora test" in lines
    assert "[Apache-2.0](LICENSE)" in text_of(ROOT / "README.md")
    assert "Apache License" in text_of(ROOT / "LICENSE")


def test_readme_shows_the_desk():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", text_of(ROOT / "README.md"))
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
