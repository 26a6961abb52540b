"""The whole test suite, with everything it needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
# Program that must be there → Debian package that brings it.
NEEDED = {
    "chromium": "chromium",
    "dovecot": "dovecot-imapd",
    "/usr/lib/dovecot/lmtp": "dovecot-lmtpd",
    "postfix": "postfix",
}


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    missing = _missing()
    if missing and _can_install():
        _install(missing)
        missing = _missing()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
    words = options.words or ["-n", "2", "--dist", "worksteal", "--durations", "10"]
    code = subprocess.call([sys.executable, "-m", "pytest", *words], cwd=ROOT, env=environment)
    if missing:
        print(f"Not everything could be tested. Install: {', '.join(missing)}", file=sys.stderr)
        return code or 1
    return code


def _missing() -> list[str]:
    search = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return [package for program, package in NEEDED.items() if shutil.which(program, path=search) is None]


def _can_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> None:
    """One call for all: Debian allows one mail server, and a second call could remove the first's."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    print(f"Installing for the tests: {' '.join(packages)}", flush=True)
    subprocess.run(["apt-get", "update", "-q"], env=environment, stdout=subprocess.DEVNULL, check=False)
    planned = subprocess.run([*command, "-s"], env=environment, capture_output=True, text=True, check=False)
    removed = [line.split()[1] for line in planned.stdout.splitlines() if line.startswith("Remv ")]
    if planned.returncode or removed:
        print(f"Left alone: it would remove {', '.join(removed) or 'something'}.", file=sys.stderr)
        return
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
