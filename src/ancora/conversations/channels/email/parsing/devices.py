"""The line a program adds about itself or its device: `Sent from my iPhone`, in the languages of its users."""

import re

LINK = re.compile(
    r"\s*(?:<(?:https?:|mailto:)[^<>]*>|\((?:https?:)[^()]*\)|\[(?:https?:)[^\[\]]*\](?:\([^()]*\))?|https?://\S+)"
)
MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,60})\]\((?:https?:)[^()]*\)")
# How such lines begin.
BEGINNINGS = {
    "en": (
        r"sent (?:from|via|with|using|by|wirelessly|on the go|securely|through|while)\b",
        r"(?:get|download) (?:outlook|bluemail|the new aol|typeapp|edison|spark)\b|get it on\b",
        r"composed (?:on|with|in)\b|typed (?:on|with|by)\b|written (?:on|with|from) (?:my|an?) ",
        r"this (?:message|e-?mail|mail) was sent (?:from|with|by) my ",
        r"this (?:message|e-?mail|mail) was sent (?:from|with|by) (?:an?|the) (?:mobile|phone|smart|ipad|iphone)",
        r"apologies for (?:the )?(?:brevity|typos)|(?:please )?excuse (?:my |the |any )?(?:brevity|typos|spelling)",
        r"via (?:mobile|iphone|android)$",
    ),
    "it": (
        r"(?:messaggio |e-?mail )?(?:inviat|spedit|scritt)[oa] (?:da|dal|dallo|dalla|dall[’']|con|tramite|via)\b",
        r"(?:scarica|ottieni) (?:outlook|l[’']app)\b",
        r"perdonate (?:la brevità|gli errori)|scusate? (?:la brevità|per la brevità|gli errori)",
    ),
    "de": (
        r"(?:gesendet|geschrieben|verschickt|versendet|verfasst) (?:von|mit|über|vom|aus|per|unterwegs|via)\b",
        r"von (?:meinem|meiner|mein|unterwegs|mobil|yahoo|outlook|mail|web\.de|gmx|samsung|android|iphone|ipad)\b"
        r".{0,50}(?:gesendet|geschickt|verschickt|geschrieben)",
        r"(?:mit|über|via|per|unterwegs|mobil) .{0,50}gesendet|von unterwegs",
        r"diese (?:nachricht|e-?mail) wurde (?:von|mit) (?:meinem|meiner|mein|einem|dem)\b",
        r"holen sie sich outlook|outlook für (?:android|ios|mac|windows)\b(?: (?:herunterladen|beziehen))?",
        r"(?:ich )?bitte (?:um entschuldigung|entschuldigen sie).{0,40}(?:kürze|tippfehler)|meine kürze bitte",
    ),
    "fr": (
        r"(?:envoyé|écrit|expédié) (?:de|depuis|à partir|avec|via|par|sans fil|en utilisant|du|d[’'])",
        r"(?:télécharge[rz]?|obtene[rz]|obtenir) (?:outlook|l[’']app)\b|provenance\s?: courrier",
        r"veuillez excuser (?:ma|la) brièveté",
    ),
    "es, pt": (
        r"(?:mensaje |correo )?(?:enviado|escrito) (?:desde|con|de|do|da|a través|por|mediante|via|a partir|pel[oa])\b",
        r"(?:obtener|obtén|obtenga|descargar?|consigue) outlook\b|(?:obter|obtenha) (?:o )?outlook\b",
        r"disculp[ae] (?:la brevedad|mi brevedad)",
    ),
    "nl": (r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|door)\b", r"outlook voor (?:android|ios)\b"),
    "sv, da, no, fi": (
        r"skickat från|skickades från|hämta outlook|sendt (?:fra|med|via)\b|(?:hent|skaff) outlook",
        r"lähetetty|hanki outlook",
    ),
    "pl, cs, hu, ro": (
        r"wysłan[eo] (?:z|za)\b|nadesłane z|pobierz (?:outlook|aplikację)|odesláno z|odoslané z|získat outlook",
        r"(?:el)?küldve .{0,40}|trimis (?:de pe|din)",
    ),
    "ru, el": (r"отправлено (?:с|из|от)|отправлен с", r"σταλ(?:μ|ε).{0,40}"),
}
# Where the verb ends the line, and where the brand alone says it.
WHOLE_LINES = (
    r"\S.{0,50}(?:gönderildi|gönderilmiştir|から送信|から送信されました|에서 보냄|에서 보낸 메일)",
    r"(?:从我的|發自我的|发自我的|来自我的|使用).{0,30}",
    r"yahoo mail: search, organi[sz]e, conquer|sent from (?:aol|yahoo) .{0,60}",
    r"sent from my \S.{0,40}[.,;]\s?(?:please |so )?(?:excuse|forgive|pardon|sorry|apologi).{0,60}",
    r"(?:diese nachricht wurde|sent from|inviato dal|envoyé (?:de|depuis)|enviado desde).{0,60}k-9 mail\b.{0,60}",
)
# No comma, colon or full stop follows: `Sent from my desk, is much easier …` is a sentence.
DEVICE = re.compile(
    rf"^\W{{0,3}}(?:{'|'.join(piece for pieces in BEGINNINGS.values() for piece in pieces)})"
    r"(?:[^.,;:!?]|\.\w){0,70}[.!]?\s{0,2}\W{0,3}$"
    rf"|^\W{{0,3}}(?:{'|'.join(WHOLE_LINES)})\W{{0,3}}$",
    re.IGNORECASE,
)
MAX_DEVICE_CHARS = 200


def is_device(line: str) -> bool:
    """Whether a line is such an addition. Its links do not count."""
    if len(line) > MAX_DEVICE_CHARS:
        return False
    if "://" in line or "mailto:" in line:
        line = LINK.sub("", MARKDOWN_LINK.sub(r"\1", line))
    bare = line.strip(" \t\xa0\u200b\u2063_*-–—[]()")
    return bool(bare) and DEVICE.match(bare) is not None


def is_device_line(lines: list[str], index: int) -> bool:
    """As `is_device`, where it can stand: a sentence that is wrapped may go on with the same words in small letters."""
    line = lines[index]
    bare = line.lstrip(" \t\xa0\u200b\u2063_*-–—[(")
    # `iPhone` begins small, but is no word in a sentence.
    if bare[:1].islower() and not bare[1:2].isupper() and index and lines[index - 1].strip():
        return False
    return is_device(line)
