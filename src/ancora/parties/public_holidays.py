"""Public holidays by country and region, with their names: what the library `holidays` knows.

It is loaded when first asked, as most processes never do.
"""

import functools
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

log = logging.getLogger("ancora.calendars")
_SMALL = {"And": "and", "Of": "of", "The": "the"}


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The days on which the public holidays of a place fall: `day in PublicHolidays("IT", "TO")`."""

    country: str
    region: str = ""

    def __contains__(self, day: date) -> bool:
        return day in holidays_of(self.country, self.region, day.year)


@functools.lru_cache(maxsize=512)
def holidays_of(country: str, region: str, year: int, language: str = "en") -> Mapping[date, str]:
    """The days of one year with their names: in `language` where the library has it, else as the country calls them.
    Nothing without a country."""
    if not country:
        return {}
    import holidays

    place = holidays.country_holidays(country)
    if region and region not in place.subdivisions:
        # A later version of the library may divide a country otherwise.
        log.warning("The library of holidays knows no region %s of %s; the country's are used", region, country)
        region = ""
    chosen = _language_of(place, language)
    # Whole years, made at once: the library's own growing dictionary is not safe between threads.
    return dict(holidays.country_holidays(country, subdiv=region or None, years=year, language=chosen))


@functools.cache
def countries() -> list[tuple[str, str]]:
    """Code and English name of every country, by name."""
    from holidays.registry import COUNTRIES

    return sorted(((entry[1], _spaced(entry[0])) for entry in COUNTRIES.values()), key=lambda one: one[1])


@functools.cache
def regions(country: str) -> list[tuple[str, str]]:
    """Code and name of every part of a country that has holidays of its own, by name; none for an unknown country."""
    if country not in dict(countries()):
        return []
    import holidays

    place = holidays.country_holidays(country)
    names = {code: (aliases or [code])[0] for code, aliases in place.get_subdivision_aliases().items()}
    return sorted(((code, names.get(code, code)) for code in place.subdivisions), key=lambda one: one[1])


def _language_of(place, language: str) -> str | None:
    known = place.supported_languages
    return next((one for one in known if one.split("_")[0] == language.split("-")[0]), place.default_language)


def _spaced(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).split()
    return " ".join([words[0], *(_SMALL.get(word, word) for word in words[1:])])
