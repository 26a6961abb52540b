"""HTML of attackers, as collected over twenty years of web mail; one trick a line in `hostile.txt`.

Sources of the tricks: OWASP's filter evasion and HTML5 security cheat sheets, the mXSS paper of Heiderich and others
(CCS 2013), Cure53's tests of DOMPurify, and tests of remote content in mail programs.
"""

from pathlib import Path


def tricks() -> list[str]:
    r"""Every trick; EVIL stands for a server that wants to hear of it, \0 \n \t for what they say."""
    lines = (Path(__file__).parent / "hostile.txt").read_text().splitlines()
    named = {"\\0": "\0", "\\n": "\n", "\\t": "\t"}
    found = []
    for line in lines:
        if line and not line.startswith("# "):
            for written, meant in named.items():
                line = line.replace(written, meant)
            found.append(line)
    return found


def hostile_page(trick: str, evil: str) -> str:
    """One trick as a whole page, aimed at the server `evil` (http://host:port)."""
    aimed = trick.replace("EVILHOST", evil.removeprefix("http://")).replace("EVIL", f"{evil}/heard")
    return f"<!doctype html><html><body><p>Before</p>{aimed}<p>After</p></body></html>"
