"""The words in which people tell that they are away, in subjects and at the beginning of texts."""

import re

SUBJECTS = {
    "en": (
        r"out of (?:the )?office|out-of-office|ooo|on (?:vacation|leave|holiday)|away from (?:my desk|the office)",
        r"vacation (?:notice|response|message)|annual leave",
    ),
    "it": (r"fuori (?:sede|ufficio)|assen(?:za|te)(?: dall[’']ufficio)?|(?:sono )?in ferie|chiusura estiva",),
    "de": (
        r"abwesenheit(?:snotiz|smeldung|sassistent|snachricht)?|abwesend|nicht im (?:büro|hause)|(?:bin )?im urlaub",
    ),
    "fr": (r"message d[’']absence|absence(?: du bureau)?|absente?(?: du bureau)?|en congés?",),
    "es": (r"fuera de (?:la )?oficina|mensaje de ausencia|ausencia(?: de la oficina)?|ausente|de vacaciones",),
    "nl": (r"afwezig(?:heid)?",),
}
WORDS = {
    "en": (
        r"(?:i am|i[’']m|i will be|i[’']ll be|currently|is) (?:\w+ ){0,3}(?:out of (?:the )?office|away from"
        r"|on (?:annual |sick |parental |maternity )?(?:leave|vacation|holiday))",
        r"limited access to (?:my )?e-?mail",
    ),
    "it": (
        r"(?:sono|sarò|siamo|saremo) (?:\w+ ){0,3}(?:fuori (?:sede|ufficio)|assent[ei]|in ferie)",
        r"(?:ufficio|uffici) (?:sarà|saranno|è|resterà) chius[oi]",
    ),
    "de": (
        r"(?:bin|befinde mich|werde) (?:\w+ ){0,8}(?:nicht im (?:büro|haus)|abwesend|im urlaub|außer haus"
        r"|nicht erreichbar)",
    ),
    "fr": (r"(?:suis|serai) (?:\w+ ){0,3}(?:absente?|en congés?|en vacances|hors du bureau)",),
    "es": (r"(?:estoy|estaré|me encuentro) (?:\w+ ){0,3}(?:fuera de (?:la )?oficina|ausente|de vacaciones|de baja)",),
}
# `told` is what the mail answers, behind a colon.
AWAY_SUBJECT = re.compile(
    rf"^\W{{0,3}}(?:{'|'.join(piece for pieces in SUBJECTS.values() for piece in pieces)})"
    r"(?:(?P<told>\s*:\s*\S)|(?=\W|$))",
    re.IGNORECASE,
)
AWAY_WORDS = re.compile(rf"\b(?:{'|'.join(piece for pieces in WORDS.values() for piece in pieces)})\b", re.IGNORECASE)
# What is told of an absence stands at the beginning.
MAX_AWAY_CHARS = 1500


def tells_absence(text: str) -> bool:
    """Whether a text begins with words about its writer being away."""
    return AWAY_WORDS.search(text[:MAX_AWAY_CHARS]) is not None
