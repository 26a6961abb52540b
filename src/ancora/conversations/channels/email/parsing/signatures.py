"""Signatures: what a program or a habit puts below the words that a person wrote."""

import re

# Put above a signature that only the HTML shows; text never holds it (it is a control).
SIGNATURE_CUT = "\x02signature\x02"

DELIMITER = re.compile(r"^(?:--|—|––|__)[ \t\xa0]*$")
FOOTER_RULE = re.compile(r"^[ \t]*(?:_{10,}|-{10,}|={10,})[ \t]*$")
LINK = re.compile(r"\s*(?:<(?:https?:|mailto:)[^<>]*>|\((?:https?:)[^()]*\)|\[(?:https?:)[^\[\]]*\]|https?://\S+)")
DEVICE = re.compile(
    r"^\W{0,3}(?:sent (?:from|via|with|using|by)|get outlook for|inviat[oa] (?:da|dal|dallo|dalla|con|tramite)"
    r"|scarica outlook per|ottieni outlook per|gesendet (?:von|mit|über)|von (?:meinem|unterwegs|mobil)"
    r"|diese nachricht wurde von meinem|outlook für (?:android|ios)|holen sie sich outlook"
    r"|envoyé (?:de|depuis|à partir|avec|via)|télécharge[rz] outlook|obtenir outlook"
    r"|enviado (?:desde|con|de|do|a través)|obtener outlook|obtén outlook|descargar outlook|verzonden (?:vanaf"
    r"|met)|skickat från|sendt fra"
    r"|lähetetty|wysłane z|отправлено (?:с|из)|从我的|發自我的|发自我的|iphoneから送信)\b[^.,;:!?]{0,60}\.?$",
    re.IGNORECASE,
)
# GitHub's own rule: a dash and a name, alone below an empty line.
DASHED_NAME = re.compile(r"^(?:-|—|–)\s{0,1}[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}$")
BULLET = re.compile(r"^\s*[-*•–]\s")
CONTACT = re.compile(
    r"[\w.+-]@[\w-]|www\.|https?://|\+?\(?\d[\d ()./-]{5,}\d|^(?:via mobile|skype|mob(?:ile)?|tel|cell|fax|phone"
    r"|p\.?\s?iva|vat|ust-?id|siret|ceo|president)\b|\b(?:s\.r\.l\.|srl|s\.p\.a\.|spa|gmbh|ltd|inc|llc|sarl|s\.l\.)\b",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"^\W{0,3}(?:(?:confidentiality|privileged|legal) (?:notice|disclaimer)|disclaimer\b"
    r"|this (?:e-?mail|message|communication)(?: \w+){0,6} (?:is|are|may|contains?) (?:\w+ "
    r"){0,3}(?:confidential|privileged|intended)"
    r"|this e-?mail has been (?:checked|scanned)|virus-free|you received this message because"
    r"|to unsubscribe from this (?:group|list)|le informazioni contenute (?:in|nella) |avviso di riservatezza"
    r"|questo messaggio (?:è|e'|e i suoi allegati|di posta)|questa e-?mail (?:è|e'|e i suoi) |ai sensi del"
    r"|diese e-?mail (?:enthält|wurde|kann|ist)|ce (?:message|courriel)(?: \w+){0,6} confidentiel|ce courriel a été"
    r"|este (?:mensaje|correo)(?: \w+){0,8} (?:confidencial|dirigido)|este correo electrónico ha sido)",
    re.IGNORECASE,
)

# A signature is short: further from the end no delimiter counts.
MAX_SIGNATURE_LINES = 40
MAX_DEVICE_DISTANCE = 6
MAX_CONTACT_LINES = 12
MAX_CONTACT_CHARS = 80


def split_signature(lines: list[str], sender: str = "") -> tuple[list[str], list[str]]:
    """The lines a person wrote and the signature below them; `sender` is the name in From."""
    cut = len(lines)
    for find in (footer_start, delimiter_start, device_start, disclaimer_start, dashed_start):
        cut = find(lines[:cut])
        cut = last_written(lines, cut)
    cut = last_written(lines, contact_start(lines[:cut], sender))
    return lines[:cut], lines[cut:]


def last_written(lines: list[str], cut: int) -> int:
    while cut and not lines[cut - 1].strip():
        cut -= 1
    return cut


def footer_start(lines: list[str]) -> int:
    """A rule of underscores or dashes near the end: list footers, company signatures."""
    for index in range(len(lines) - 1, max(-1, len(lines) - MAX_SIGNATURE_LINES), -1):
        if FOOTER_RULE.match(lines[index]):
            below = [line for line in lines[index + 1 :] if line.strip()]
            if below and all(len(line) <= MAX_CONTACT_CHARS for line in below) and any(map(CONTACT.search, below)):
                return index
            if not below:
                return index
    return len(lines)


def delimiter_start(lines: list[str]) -> int:
    """The first `-- ` of the end: everything below is signature (RFC 3676 4.3)."""
    start = max(0, len(lines) - MAX_SIGNATURE_LINES)
    return next(
        (i for i in range(start, len(lines)) if DELIMITER.match(lines[i]) or SIGNATURE_CUT in lines[i]), len(lines)
    )


def device_start(lines: list[str]) -> int:
    """`Sent from my iPhone` and its kin, when little follows."""
    seen = 0
    for index in range(len(lines) - 1, -1, -1):
        if not lines[index].strip():
            continue
        if len(lines[index]) <= 200 and DEVICE.match(LINK.sub("", lines[index]).strip()):
            return index
        seen += 1
        if seen >= MAX_DEVICE_DISTANCE or len(lines[index]) > MAX_CONTACT_CHARS:
            break
    return len(lines)


def disclaimer_start(lines: list[str]) -> int:
    """The first line of a legal notice that starts a paragraph near the end."""
    start = max(1, len(lines) - MAX_SIGNATURE_LINES)
    for index in range(start, len(lines)):
        if not lines[index - 1].strip() and DISCLAIMER.match(lines[index][:200]):
            return index
    return len(lines)


def dashed_start(lines: list[str]) -> int:
    if len(lines) > 2 and DASHED_NAME.match(lines[-1].strip()) and not lines[-2].strip():
        above = next((line for line in reversed(lines[:-2]) if line.strip()), "")
        return len(lines) if BULLET.match(above) else len(lines) - 1
    return len(lines)


def contact_start(lines: list[str], sender: str) -> int:
    """A last paragraph that begins with the sender's name and goes on with ways to reach them.

    A name alone ("Thanks, Alex") stays: a person wrote it, and it costs one line.
    """
    start = len(lines)
    while start and lines[start - 1].strip() and len(lines) - start < MAX_CONTACT_LINES:
        start -= 1
    block = lines[start:]
    if start == 0 or len(block) < 2 or any(len(line) > MAX_CONTACT_CHARS for line in block):
        return len(lines)
    if not any(CONTACT.search(line.strip()) for line in block[1:]):
        return len(lines)
    if "@" in sender:
        return start if any(sender.lower() in line.lower() for line in block) else len(lines)
    names = set(re.findall(r"[^\W\d_]{2,}", sender.lower()))
    for offset, line in enumerate(block[:-1]):
        words = set(re.findall(r"[^\W\d_]{2,}", line.lower()))
        if names and words and len(line) <= 60 and (words <= names or (len(names) > 1 and names <= words)):
            return start + offset
    return len(lines)
