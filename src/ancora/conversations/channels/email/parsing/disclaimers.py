"""Notices that a firm or a program puts under every mail, or above it: confidentiality, viruses, the environment."""

import re

MAIL = {
    "en": r"(?:e-?mail|message|communication|transmission|mail)",
    "it": r"(?:messaggio|e-?mail|mail|comunicazione|posta)",
    "de": r"(?:e-?mail|nachricht|mail|mitteilung)",
    "fr": r"(?:message|courriel|e-?mail|mail|courrier)",
}
# How such notices begin.
BEGINNINGS = {
    "en": (
        r"(?:important |legal )?(?:confidentiality|privacy|privileged|legal|security|copyright|e-?mail)(?: and \w+)?"
        r" (?:notice|disclaimer|note|statement|warning)",
        r"disclaimer\b|(?:strictly )?(?:private (?:and|&) )?confidential\W*$|notice\s?(?::|of confidentiality)",
        r"confidentiality\s?:|confidential\s?:",
        r"(?:the (?:information|contents?|material)s?(?: contained)? (?:in|of) )?"
        rf"this {MAIL['en']},? \(?(?:\w+[ ,)]+){{0,12}}"
        r"(?:is|are|may|contains?|was|were) (?:\w+ ){0,5}(?:confidential|privileged|intended|private|proprietary"
        r"|sent in error|legally)",
        r"this (?:e-?mail|message|mail) (?:has been|was) (?:checked|scanned|sent to you|sent securely)",
        r"virus-?free\b|scanned by|no virus(?:es)? found|checked by avg",
        rf"the (?:information|contents?) (?:contained )?(?:in|of) th(?:is|e) {MAIL['en']}",
        r"if you are not (?:the |an? )?(?:intended|named|correct) ",
        r"if you (?:have )?received this (?:\S+ ){0,3}(?:in error|by mistake|erroneously)",
        r"(?:please )?(?:consider|think (?:of|about|before)|save|respect) .{0,30}(?:environment|tree|paper|you print)",
        r"you received this (?:message|e-?mail) because",
        r"to (?:unsubscribe|stop receiving)\b.{0,80}"
        r"(?:click|visit|send|reply|e-?mail|link|http|go to|@|this (?:group|list))",
        r"unsubscribe\s{0,3}(?:[|<(\[•·-]|:?\s?https?:)",
        r"any (?:views|opinions) (?:or \w+ )?expressed|unauthori[sz]ed (?:use|disclosure|copying|review)",
    ),
    "it": (
        r"avviso (?:di (?:riservatezza|confidenzialità)|legale|importante)|nota (?:di riservatezza|legale)",
        r"informativa (?:privacy|ai sensi)|riservatezza\b|clausola di riservatezza",
        r"(?:ai sensi|in (?:ottemperanza|conformità|osservanza|base)|a norma) (?:e per gli effetti )?"
        r"(?:del|di|dell|al|alla|dalla|a quanto)\b.{0,60}(?:196|679|gdpr|privacy|regolamento|d\.\s?lgs|legge|codice"
        r"|decreto)",
        r"(?:le|tutte le|queste) informazioni (?:\w+ ){0,3}(?:contenute|trasmesse|presenti|in questa|di cui)",
        r"(?:il contenuto|i contenuti|il testo) (?:di quest[ao]|della presente|del presente)",
        rf"(?:il presente|questo|la presente|questa) {MAIL['it']}(?: \S+){{0,10}} (?:riservat|confidenzial|destinat"
        r"|privilegiat|indirizzat|intes|esclusiv|contien|contenent|è (?:stat[ao]|di proprietà))",
        r"(?:questa|la presente) e-?mail è stata (?:controllata|analizzata|inviata)|(?:privo di|senza) virus",
        r"(?:qualora|se|nel caso in cui) .{0,40}(?:siate|fosse|foste|siete) .{0,40}destinatari",
        r"(?:qualora|se|nel caso in cui) .{0,40}ricevut\w .{0,30}(?:messaggio|e-?mail|comunicazione).{0,30}errore",
        r"(?:rispetta|pensa|prima di stampare|risparmia|aiuta|salva|proteggi).{0,60}(?:ambiente|alberi|natura)",
    ),
    "de": (
        r"(?:wichtiger |rechtlicher )?(?:vertraulichkeitshinweis|haftungsausschluss|rechtshinweis|datenschutzhinweis)",
        r"(?:wichtiger|rechtlicher) hinweis|hinweis:|vertraulich\W*$",
        rf"diese {MAIL['de']}(?: \S+){{0,10}} (?:vertraulich|ausschließlich|ausschliesslich|rechtlich geschützt"
        r"|viren|virus|bestimmt|geprüft)",
        rf"(?:der inhalt|die informationen|die in) (?:dieser?|diesem) {MAIL['de']}",
        r"(?:wenn|falls|sollten) sie (?:nicht|diese)\b.{0,60}(?:adressat|(?:richtige|vorgesehene)r? empfänger"
        r"|beabsichtigt|irrtümlich|versehentlich)",
        r"(?:bitte )?(?:denken|prüfen|überlegen) sie.{0,60}umwelt|virenfrei",
        r"informationen zum datenschutz|unsere datenschutz",
    ),
    "fr": (
        r"(?:avis|clause|avertissement|mention)s? (?:de (?:confidentialité|non-responsabilité)|légale?s?)",
        r"avertissement\s?:",
        rf"(?:ce|cet|le présent) {MAIL['fr']}(?: \S+){{0,12}} (?:confidentiel|destinataire|destiné|établi|exclusi"
        r"|privilégié|été vérifié|vérifié|analysé|virus)",
        r"(?:les|l[’']ensemble des) informations (?:contenues|figurant|transmises)",
        rf"si vous (?:n[’']êtes pas .{{0,40}}destinataire|avez reçu ce[t]? {MAIL['fr']}|recevez ce[t]? {MAIL['fr']})",
        r"(?:avant d[’']imprimer|pensez|n[’']imprimez|préserv\w+).{0,60}(?:environnement|nécessaire)",
        r"(?:garanti )?sans virus",
    ),
    "es": (
        r"(?:aviso|nota|cláusula) (?:de (?:confidencialidad|privacidad)|legal|importante)|confidencialidad\s?:"
        r"|advertencia legal",
        r"(?:este|el presente|el contenido de este) (?:mensaje|correo|e-?mail|comunicado)(?: \S+){0,12} (?:confidencial"
        r"|destinatari|dirigid|exclusiv|privad|privilegiad|reservad|analizado|virus)",
        r"la información (?:contenida|incluida|transmitida)",
        r"si (?:usted )?(?:no es .{0,40}destinatari|(?:ha recibido|recibe) este (?:mensaje|correo))",
        r"(?:antes de imprimir|piense|por favor,? (?:piense|considere)|cuide|proteja).{0,60}medio ?ambiente",
        r"(?:en cumplimiento|de conformidad|de acuerdo|conforme|según) (?:de|con|a|al|lo)\b.{0,60}(?:protección|datos"
        r"|rgpd|lopd|reglamento|ley orgánica|normativa)",
        r"libre de virus|el software de antivirus",
    ),
}
# And what they speak of: "this message is intended for your billing department" is no notice.
MATTERS = re.compile(
    r"confiden|privileg|recipient|addressee|addressed|individual|disclos|cop(?:y|ied)|delet|destroy|error|mistake|solely"
    r"|exclusive|virus|avast|norton|mcafee|unsubscrib|subscribed|environment|trees|liab|responsib|legal|views|opinions"
    r"|riservat|destinatari|divulg|copi[ae]|distru|cancell|errone|errore|esclusiv|privacy|gdpr|679|196/|ambiente|alberi"
    r"|vertraulich|empfänger|adressat|irrtüm|versehentlich|lösch|unbefugt|vernicht|haftung|umwelt|viren|geprüft|datenschutz"
    r"|destinataire|détrui|erreur|confidentiel|environnement|exclusiv|responsab"
    r"|elimin|borr|prohib|rgpd|lopd|datos|https?:|@",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    rf"^\W{{0,6}}(?:{'|'.join(piece for pieces in BEGINNINGS.values() for piece in pieces)})", re.IGNORECASE
)
# What the border of an organisation puts above mail from outside.
BANNER = re.compile(
    r"^\W{0,6}(?:caution|warning|notice|external(?: e-?mail| sender| mail)?|attention|attenzione|avviso|achtung"
    r"|vorsicht|hinweis|externe?|précaution|avertissement|atención|precaución|cuidado)\b.{0,200}\b(?:external|outside|originated"
    r"|esterna?o?|esterni|proviene|extern|außerhalb|ausserhalb|externe|extérieur|externo|exterior|fuera)",
    re.IGNORECASE | re.DOTALL,
)
MAX_BANNER_LINES = 5
# Notices stand within this many lines of the end.
MAX_NOTICE_LINES = 60
RULE = re.compile(r"^\s*[-_=*~]{3,}\s*$")
# Lines of a banner or a notice may be wrapped: so many characters of a paragraph are looked at.
MAX_OPENING_CHARS = 300


def disclaimer_start(lines: list[str]) -> int:
    """The first line of a notice that begins a paragraph near the end; the number of lines where there is none."""
    for index in range(max(1, len(lines) - MAX_NOTICE_LINES), len(lines)):
        line = lines[index]
        if line.strip() and begins_paragraph(lines, index) and is_disclaimer(lines, index):
            return index - 1 if RULE.match(lines[index - 1]) else index
    return len(lines)


def begins_paragraph(lines: list[str], index: int) -> bool:
    above = lines[index - 1]
    return not above.strip() or RULE.match(above) is not None


def is_disclaimer(lines: list[str], index: int) -> bool:
    opening = " ".join(line.strip() for line in lines[index : index + 6])[:MAX_OPENING_CHARS]
    return DISCLAIMER.match(opening) is not None and MATTERS.search(opening) is not None


def banner_end(lines: list[str]) -> int:
    """The line after a warning that the mail came from outside, when one stands on top; else 0."""
    start = next((index for index, line in enumerate(lines[:3]) if line.strip()), 3)
    end = start
    while end < len(lines) and end - start < MAX_BANNER_LINES and lines[end].strip():
        end += 1
    if start == end or end - start == MAX_BANNER_LINES or end == len(lines):
        return 0
    return end if BANNER.match(" ".join(lines[start:end])[:MAX_OPENING_CHARS]) else 0
