"""Formulas with which a letter ends: `Kind regards`, `Cordiali saluti`, `Mit freundlichen Grüßen`."""

import re

FORMULAS = {
    "en": (
        r"(?:with |my |many )?(?:kind(?:est)?|best|warm(?:est)?|friendly|sincere)?\s?regards",
        r"(?:all the )?best(?: wishes)?",
        r"(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|yours|cheers|take care|respectfully|cordially",
        r"(?:many )?thanks(?: (?:and|&) (?:kind |best )?regards| again| in advance| a lot| so much| very much)?",
        r"thank you(?: (?:so|very) much| again| in advance)?|with appreciation|br|rgds|thx|tia",
        r"have a (?:nice|good|great) (?:day|weekend|evening|one)",
    ),
    "it": (
        r"(?:i (?:miei )?(?:più |migliori )?)?(?:cordiali|distinti|cari|migliori|tanti|molti|gentili)? ?saluti",
        r"(?:un )?(?:cordiale|caro)? ?saluto|cordialmente|cordialità|a presto|ringraziando(?:vi|la)?",
        r"grazie(?: mille| infinite| ancora| in anticipo| anticipatamente)?(?: e (?:cordiali |distinti )?saluti"
        r"| e buon\w* \w{3,10})?",
        r"buon(?:a (?:giornata|serata)| (?:lavoro|weekend|fine settimana))",
        r"in attesa di (?:un )?(?:\w+ ){0,3}(?:riscontro|risposta)",
    ),
    "de": (
        r"mit (?:freundlich|best|herzlich|lieb|viel|schön)\w{2} gr(?:ü|ue)(?:ß|ss)en?|gr(?:u|ü|ue)(?:ß|ss)e?",
        r"(?:freundlich|best|herzlich|lieb|viel|schön|sonnig)\w{1,2} gr(?:u|ü|ue)(?:ß|ss)e?n?(?: aus \w+)?",
        r"mfg|lg|vg|glg|hochachtungsvoll|schönen (?:tag|abend)(?: noch)?",
        r"(?:vielen |besten |herzlichen )?danke?(?: (?:im voraus|und (?:viele )?grüße|schön))?",
    ),
    "fr": (
        r"(?:bien |très )?cordialement(?: vôtre)?|bien à (?:vous|toi)|(?:très )?respectueusement|sincèrement",
        r"(?:sincères |meilleures |mes |cordiales |respectueuses ){0,2}salutations(?: distinguées)?|amicalement",
        r"bonne (?:journée|soirée|réception|continuation)|merci(?: (?:d[’']avance|par avance|beaucoup|bien))?",
        r"amitiés|cdlt|cdt|bàv|à bientôt|dans l[’']attente de .{0,40}",
        r"veuillez (?:agréer|recevoir) .{0,60}|je vous prie d[’']agréer .{0,60}",
    ),
    "es": (
        r"(?:un |muchos |reciba un )?(?:cordial|atento|afectuoso)? ?saludos?(?: cordiales| atentos)?|atentamente|atte",
        r"(?:muchas |mil )?gracias(?: (?:de antemano|por adelantado|y (?:un )?saludos?))?|(?:un )?abrazo",
        r"quedo a la espera.{0,40}",
    ),
    "others": (
        r"(?:com os )?(?:melhores )?cumprimentos|atenciosamente|obrigad[oa]|abraços?",
        r"met vriendelijke groet(?:en)?|mvg|(?:hartelijke |vriendelijke )?groet(?:en|jes)?",
        r"med vänliga? hälsning(?:ar)?|mvh|(?:med )?venlig hilsen|hilsen|hälsningar|(?:ystävällisin )?terveisin",
        r"pozdrawiam|z poważaniem|s pozdravem|üdvözlettel|с уважением",
    ),
}
CLOSING = re.compile(
    rf"^\W{{0,3}}(?:{'|'.join(piece for pieces in FORMULAS.values() for piece in pieces)})\s*[,.!;:-]{{0,2}}\s*$",
    re.IGNORECASE,
)
NAME = re.compile(
    r"^[^\W\d_][\w.'’-]{0,30}(?: (?:(?:de|di|da|del|della|van|von|der|den|la|le|du|y|e|und"
    r"|&) ){0,2}[^\W\d_][\w.'’-]{0,30}){0,4},?$"
)
AFTERWORD = re.compile(r"^\W{0,3}(?:p\.?\s?s\.?|n\.?\s?b\.?|nachtrag|postscriptum)\b[\s:.)-]", re.IGNORECASE)
# `Regards, Roman` on one line.
CLOSING_AND_NAME = re.compile(r"^(.{2,40}?)[,.!]\s+(\S.{0,40})$")
MAX_CLOSING_CHARS = 60


def is_closing(line: str) -> bool:
    """Whether a line is such a formula, alone or with a name behind it."""
    bare = line.strip()
    if not bare or len(bare) > MAX_CLOSING_CHARS:
        return False
    if CLOSING.match(bare):
        return True
    both = CLOSING_AND_NAME.match(bare)
    return bool(both and CLOSING.match(both[1]) and is_name(both[2]))


def is_name(line: str) -> bool:
    """Whether a line could be the name of a person or a firm: a few words that begin with capitals."""
    bare = line.strip()
    if not bare or len(bare) > MAX_CLOSING_CHARS or not NAME.match(bare):
        return False
    words = [word for word in bare.split() if len(word) > 3] or bare.split()
    return all(word[0].isupper() for word in words)


def closes(lines: list[str]) -> bool:
    """Whether lines say nothing but goodbye: a formula, then at most names."""
    written = [line for line in lines if line.strip()]
    return (
        bool(written)
        and len(written) <= 4
        and is_closing(written[0])
        and all(is_name(line) or is_closing(line) for line in written[1:])
    )
