"""The line a program adds about itself or its device: `Sent from my iPhone`, in the languages of its users."""

import re

LINK = re.compile(
    r"\s*(?:<(?:https?:|mailto:)[^<>]*>|\((?:https?:)[^()]*\)|\[(?:https?:)[^\[\]]*\](?:\([^()]*\))?|https?://\S+)"
)
MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,60})\]\((?:https?:)[^()]*\)")
# No comma, colon or full stop inside: `Sent from my desk, is much easier …` is a sentence.
DEVICE = re.compile(
    r"^\W{0,3}(?:"
    # English
    r"sent (?:from|via|with|using|by|wirelessly|on the go|securely|through|while)\b"
    r"|(?:get|download) (?:outlook|bluemail|the new aol|typeapp|edison|spark)\b|get it on\b|composed (?:on|with|in)\b|typed (?:on|with|by)\b"
    r"|written (?:on|with|from) (?:my|an?) |this (?:message|e-?mail|mail) was sent (?:from|with|by) (?:my |(?:an? |the )(?:mobile|phone|smart|iphone|ipad|tablet))"
    r"|yahoo mail: search|apologies for (?:the )?(?:brevity|typos)|(?:please )?excuse (?:my |the |any )?(?:brevity|typos|spelling)"
    r"|via (?:mobile|iphone|android)$"
    # Italian
    r"|(?:messaggio |e-?mail )?(?:inviat[oa]|spedit[oa]|scritt[oa]) (?:da|dal|dallo|dalla|dall[’']|con|tramite|via|usando)\b"
    r"|(?:scarica|ottieni) (?:outlook|l[’']app)\b|perdonate (?:la brevità|gli errori)|scusate? (?:la brevità|per la brevità|gli errori)"
    # German
    r"|(?:gesendet|geschrieben|verschickt|versendet|verfasst) (?:von|mit|über|vom|aus|per|unterwegs|via)\b"
    r"|von (?:meinem|meiner|unterwegs|mobil|yahoo|outlook|mail|web\.de|gmx|samsung|android|iphone|ipad|t-online|mein)\b.{0,50}(?:gesendet"
    r"|geschickt|verschickt|geschrieben)|(?:mit|über|via|per|unterwegs|mobil) .{0,50}gesendet|von unterwegs|diese (?:nachricht|e-?mail)"
    r" wurde (?:von|mit) (?:meinem|meiner|mein|einem|dem)\b|(?:outlook für .{1,20} (?:herunterladen|beziehen)|holen sie sich outlook"
    r"|outlook für (?:android|ios|mac|windows))\b|(?:ich )?bitte (?:um entschuldigung|entschuldigen sie).{0,40}(?:kürze|tippfehler)"
    r"|meine kürze bitte"
    # French
    r"|(?:envoyé|écrit|expédié) (?:de|depuis|à partir|avec|via|par|sans fil|en utilisant|du|d[’'])"
    r"|(?:télécharge[rz]?|obtene[rz]|obtenir) (?:outlook|l[’']app)\b|provenance\s?: courrier|veuillez excuser (?:ma|la) brièveté"
    # Spanish, Portuguese
    r"|(?:mensaje |correo )?(?:enviado|escrito) (?:desde|con|de|do|da|a través|por|mediante|usando|via|a partir|pelo|pela)\b"
    r"|(?:obtener|obtén|obtenga|descarga[r]?|consigue) outlook\b|(?:obter|obtenha) (?:o )?outlook\b|disculp[ae] (?:la brevedad|mi brevedad)"
    # Dutch, Swedish, Danish and Norwegian, Finnish, Polish, Czech, Hungarian, Turkish, Russian
    r"|(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|door)\b|outlook voor (?:android|ios)\b|skickat från|skickades från|hämta outlook"
    r"|sendt (?:fra|med|via)\b|(?:hent|skaff) outlook|lähetetty|hanki outlook|wysłan[eo] (?:z|za)\b|pobierz (?:outlook|aplikację)"
    r"|odesláno z|odoslané z|získat outlook|(?:elküldve|küldve) .{0,40}|trimis (?:de pe|din)|отправлено (?:с|из)|отправлен с"
    r"|отправлено от|σταλ(?:μ|ε).{0,40}|nadesłane z"
    r")(?:[^.,;:!?]|\.\w){0,70}[.!]?(?:\s{0,2}\W{0,3})$"
    r"|^\W{0,3}\S.{0,50}(?:gönderildi|gönderilmiştir|から送信|から送信されました|에서 보냄|에서 보낸 메일)\W{0,3}$|^\W{0,3}(?:从我的|發自我的|发自我的|来自我的|使用).{0,30}$"
    r"|^\W{0,3}(?:yahoo mail: search, organi[sz]e, conquer|sent from (?:aol|yahoo) .{0,60})$"
    r"|^\W{0,3}sent from my \S.{0,40}(?:[.,;]\s?(?:please |so )?(?:excuse|forgive|pardon|sorry|apologi).{0,60})$"
    r"|^\W{0,3}(?:diese nachricht wurde|sent from|inviato dal|envoyé (?:de|depuis)|enviado desde).{0,60}k-9 mail\b.{0,60}$",
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
