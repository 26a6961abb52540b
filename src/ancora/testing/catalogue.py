"""Brings the Italian catalogue to the present texts: run as a program after a text has changed.

Collects what is marked for translation (needs gettext), keeps what is translated, and compiles. What is new stands
in the file without a translation; the suite fails until it has one.
"""

import os
import subprocess
import sys
from pathlib import Path

import polib

PACKAGE = Path(__file__).parents[1]
CATALOGUE = PACKAGE / "config" / "locale" / "it" / "LC_MESSAGES" / "django.po"


def main() -> int:
    arguments = ["makemessages", "-l", "it", "--no-location", "--no-obsolete", "--ignore", "tests", "-v", "0"]
    code = (
        "import sys, ancora.testing.environment, django; django.setup();"
        "from django.core.management import call_command; call_command(*sys.argv[1:])"
    )
    # -P: this folder holds a package named like a module of the standard library.
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run([sys.executable, "-P", "-c", code, *arguments], cwd=PACKAGE, env=environment, check=False)
    if done.returncode:
        return done.returncode
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=110)
    # The day of the run would change the file each time.
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.sort()
    catalogue.save()
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    missing = [entry.msgid for entry in catalogue if not entry.translated()]
    print(f"{len(catalogue)} texts, {len(missing)} without a translation.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
