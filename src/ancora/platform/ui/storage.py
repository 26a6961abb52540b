"""Static files under hashed names, so that browsers keep them for a year."""

import re

from django.apps import apps
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_OF_SCRIPT = re.compile(rb"^[ \t]*(?://[^\n]*)?", re.MULTILINE)
_OF_STYLES = re.compile(rb"^[ \t]+|/\*[^\n]*?\*/", re.MULTILINE)


def without_comments(source: bytes, *, is_script: bool = True) -> bytes:
    """A script or stylesheet of ours without comments and indentation; its lines keep their numbers."""
    return (_OF_SCRIPT if is_script else _OF_STYLES).sub(b"", source)


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    manifest_strict = False

    def _save(self, name, content):
        """Comments are for who reads the sources: they do not travel. What is of others stays as it is."""
        if name.endswith((".js", ".css")) and name.partition("/")[0] in _own():
            source = b"".join(content.chunks())
            content = ContentFile(without_comments(source, is_script=name.endswith(".js")))
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
