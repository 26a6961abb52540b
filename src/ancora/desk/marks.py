"""Dangerous files, in words: what they are, and what that means for whoever opens them."""

from django.utils.translation import gettext_lazy as _

from ancora.conversations.attached import DANGEROUS, mark_by_name

# mark: (in a word, what to know before it is opened)
WORDS = {
    "program": (_("program"), _("This is a program. Open it only if you expected it.")),
    "script": (_("script"), _("This is a script, a program in words. Open it only if you expected it.")),
    "macro": (_("macros"), _("This document holds macros, small programs. Open it only if you expected it.")),
    "page": (_("web page"), _("This is a web page. Opened from your disk it may ask for passwords or run programs.")),
    "archive": (_("archive"), _("This is an archive; it may hold anything.")),
    "archive_program": (
        _("archive with a program"),
        _("This archive holds a program. Unpack it only if you expected it."),
    ),
    "archive_locked": (
        _("locked archive"),
        _("This archive is locked with a password: nothing can look into it. Unpack it only if you expected it."),
    ),
    "disguised": (
        _("disguised name"),
        _("The name of this file was written to look like another kind of file. Honest senders do not do that."),
    ),
}  # fmt: skip


def mark_of_file(file) -> str:
    """The mark found when it arrived; by name alone for what arrived before marks were."""
    return getattr(file, "mark", "") or mark_by_name(file.filename)


def is_dangerous(mark: str) -> bool:
    """Whether a person is told before the file is handed over."""
    return mark in DANGEROUS
