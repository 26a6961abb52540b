"""Static files under hashed names, so that browsers keep them for a year."""

import re

from django.apps import apps
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT = re.compile(rb"^[ \t]*//[^\n]*", re.MULTILINE)


def without_comments(script: bytes) -> bytes:
    """A script of ours without the lines that are comments; those that stay keep their numbers."""
    return _COMMENT.sub(b"", script)


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    manifest_strict = False

    def _save(self, name, content):
        """Comments are for who reads the sources: they do not travel. Scripts of others stay as they are."""
        if name.endswith(".js") and name.partition("/")[0] in _own():
            content = ContentFile(without_comments(b"".join(content.chunks())))
        return super()._save(name, content)

    def stored_name(self, name):
        """The hashed name; the plain one of a file that was not collected, so that a missing picture or a fresh
        checkout never breaks a page."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name


def _own() -> set[str]:
    """The folders of static files that are ours."""
    return {app.label for app in apps.get_app_configs() if app.name.startswith("ancora.")}
