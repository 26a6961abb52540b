"""What the reader of a mail found wrong with it, in the viewer's language; stored in English, as programs get it."""

import functools
import re

from django.utils.translation import gettext, gettext_noop

SENTENCES = (
    gettext_noop("The mail could not be understood (%(error)s); only its raw text is shown."),
    gettext_noop("The mail is larger than %(size)s MB; only that much was read."),
    gettext_noop("The mail is empty."),
    gettext_noop("The mail has no sender address."),
    gettext_noop("The mail names several senders; the first is taken."),
    gettext_noop("The mail has no date."),
    gettext_noop("The date of the mail cannot be read."),
    gettext_noop("The mail has no Message-ID."),
    gettext_noop("Another mail has the same Message-ID; both are kept."),
    gettext_noop("A header block is damaged."),
    gettext_noop("A multipart has no boundary; it is shown as text."),
    gettext_noop("A multipart has no parts; it is shown as text."),
    gettext_noop("Parts are nested more than %(depth)s deep; the rest is an attachment."),
    gettext_noop("The mail has more than %(most)s parts; only the first are shown."),
    gettext_noop("The mail ends before its last part is closed."),
    gettext_noop("The charset %(charset)s is wrong or unknown; the text was guessed."),
    gettext_noop("Some characters are not valid in the charset %(charset)s."),
    gettext_noop("The text is really HTML and is shown as such."),
    gettext_noop("The text of the mail is too long; the rest is in the original."),
    gettext_noop("The HTML of the mail is too long; the rest is in the original."),
    gettext_noop("A winmail.dat is too large to open; it is kept as it is."),
    gettext_noop("A winmail.dat could not be opened; it is kept as it is."),
    gettext_noop("A calendar entry could not be read; it is kept as a file."),
    gettext_noop("The mail is encrypted; its content can be read only with the recipient's key."),
    gettext_noop("The signature does not fit the mail: it was changed after it was signed."),
    gettext_noop("The mail is wrapped by S/MIME; its content is in the attachment."),
)
# A place to fill in, in a sentence that is escaped for a pattern.
_PLACE = re.compile(r"%\\\((\w+)\\\)s")


def in_words(warning: str) -> str:
    """The sentence in the viewer's language; one that is not known stays as it is."""
    if warning in SENTENCES:
        return gettext(warning)
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(warning):
            return gettext(sentence) % found.groupdict()
    return warning


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern], ...]:
    """Those with something to fill in, each as what it looks like filled in."""
    return tuple(
        (sentence, re.compile(_PLACE.sub(r"(?P<\1>.*)", re.escape(sentence))))
        for sentence in SENTENCES
        if "%(" in sentence
    )
