"""The macros of the demo company, read from content/macros.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "it")


@dataclass(frozen=True)
class Macro:
    """`whose`: everybody, the name of a team, or the key of a person · `outcome`: a key of the cast · `uses`: in the
    last 30 days."""

    name: str
    whose: str
    texts: dict[str, str]
    uses: int = 0
    waiting: str = ""
    outcome: str = ""
    team: str = ""
    owner: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()


@cache
def macros() -> tuple[Macro, ...]:
    text = files(__package__).joinpath("content", "macros.toml").read_text(encoding="utf-8")
    return tuple(_macro(fields) for fields in tomllib.loads(text)["macros"])


def _macro(fields: dict) -> Macro:
    # Lines of the file are as long as can be read; those of a text end where its tags say.
    texts = {language: " ".join(fields[language].split()) for language in LANGUAGES if language in fields}
    rest = {name: value for name, value in fields.items() if name not in LANGUAGES}
    return Macro(texts=texts, **{**rest, "tags": tuple(rest.get("tags", ()))})
