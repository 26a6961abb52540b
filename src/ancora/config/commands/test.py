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
# Used where the distribution has it; elsewhere tests are slower, or are skipped and say so.
WELCOME = {
    "/usr/lib/postgresql/15/bin/postgres": "postgresql-15",
    "chromium-headless-shell": "chromium-headless-shell",
}


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
    # Each worker and each program a test starts would compile everything anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # While packages are installed and tests collected: the first test that needs it else keeps all workers waiting.
    template = subprocess.Popen([sys.executable, "-m", "ancora.testing.template"], cwd=ROOT, env=environment)
    missing, absent = _missing(NEEDED), _missing(WELCOME)
    if (missing or absent) and _can_install():
        _install(missing, absent)
        missing = _missing(NEEDED)
    words = options.words or ["-n", "3", "--dist", "worksteal", "--durations", "10"]
    code = subprocess.call([sys.executable, "-m", "pytest", *words], cwd=ROOT, env=environment)
    template.wait()
    if missing:
        print(f"Not everything could be tested. Install: {', '.join(missing)}", file=sys.stderr)
        return code or 1
    return code


def _missing(programs: dict[str, str]) -> list[str]:
    search = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return [package for program, package in programs.items() if shutil.which(program, path=search) is None]


def _can_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _install(needed: list[str], welcome: list[str]) -> None:
    """One call for all: Debian allows one mail server, and a second call could remove the first's."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, stdout=subprocess.DEVNULL, check=False)
    offered = [name for name in welcome if _is_offered(name)]
    # What is merely welcome must not keep what is needed away.
    for packages in (needed + offered, needed):
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        if packages and _is_harmless(command, environment):
            print(f"Installing for the tests: {' '.join(packages)}", flush=True)
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
            return


def _is_harmless(command: list[str], environment: dict[str, str]) -> bool:
    planned = subprocess.run([*command, "-s"], env=environment, capture_output=True, text=True, check=False)
    removed = [line.split()[1] for line in planned.stdout.splitlines() if line.startswith("Remv ")]
    if planned.returncode or removed:
        print(f"Left alone: it would remove {', '.join(removed) or 'something'}.", file=sys.stderr)
    return not planned.returncode and not removed


def _is_offered(package: str) -> bool:
    shown = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return shown.returncode == 0
