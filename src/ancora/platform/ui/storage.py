"""Static files under hashed names, so that browsers keep them for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name):
        """The hashed name; the plain one of a file that was not collected, so that a missing picture or a fresh
        checkout never breaks a page."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name
