"""A program that does the sum, as its documents say."""

import base64
import hashlib
import json


def solved(challenge: dict, /, **instead) -> str:
    """What is sent for it; `instead` says something else of it."""
    fits = (
        number
        for number in range(challenge["maxnumber"] + 1)
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]
    )
    said = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**said, "number": next(fits), **instead}).encode()).decode()
