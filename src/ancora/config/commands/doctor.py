"""What is wrong with this installation, in plain words; exit code 1 when something is."""

import json
from dataclasses import asdict

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")


def run(options) -> int:
    from ancora.config.operations.doctor import examine
    from ancora.config.operations.finding import WRONG

    findings = []
    for finding in examine(options.home):
        findings.append(finding)
        if not options.json:
            print(finding.line(), flush=True)
    count = sum(finding.level == WRONG for finding in findings)
    if options.json:
        report = {"ok": count == 0, "findings": [asdict(finding) for finding in findings]}
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        words = {0: "Everything works.", 1: "One thing is wrong."}
        print(words.get(count, f"{count} things are wrong."))
    return 1 if count else 0
