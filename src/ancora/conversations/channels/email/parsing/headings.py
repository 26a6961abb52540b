"""What programs put above a mail they quote or pass on whole: a dividing line, a block of headers, our own marker."""

import re

PASSED_ON = (
    r"forwarded (?:message|e-?mail|by)|begin forwarded message|fwd message|messaggio inoltrato"
    r"|inizio messaggio inoltrato"
    r"|inoltrato da|weitergeleitete (?:nachricht|e-?mail)|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|message (?:transféré|transmis|réexpédié|transfere)|début du message (?:transféré|réexpédié)"
    r"|mensaje reenviado|inicio del mensaje reenviado|correo reenviado|mensagem (?:encaminhada|reencaminhada)"
    r"|início da mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht|begin doorgestuurd bericht"
    r"|vidarebefordrat (?:meddelande|mejl)|videresendt (?:meddelelse|besked|melding)|edelleenlähetetty viesti"
    r"|välitetty viesti|treść przekazanej wiadomości|wiadomość przekazana dalej|przekazana wiadomość"
    r"|přeposlaná zpráva|továbbított üzenet|mesaj redirecționat|пересылаемое сообщение|переадресованное сообщение"
    r"|пересланное сообщение|iletilen (?:ileti|mesaj)|转发邮件|转发的邮件|轉寄郵件|転送メッセージ|전달된 메시지"
)
ORIGINAL = (
    r"original (?:message|e-?mail|appointment|mail)|originale?-?(?:nachricht|mail)|reply message|replied message"
    r"|previous (?:replies|message)|message processed by|messaggio originale|e-?mail originale|messaggio precedente"
    r"|ursprüngliche(?: |-)?(?:nachricht|mail|e-mail)|urspr\. nachricht|antwort nachricht|ursprünglicher termin"
    r"|(?:message|mail|courriel) (?:d[’']origine|original|initial)|message précédent|rendez-vous d[’']origine"
    r"|(?:mensaje|correo) (?:original|anterior)|cita original|mensagem original|oorspronkelijk(?:e)? bericht"
    r"|ursprungligt meddelande|originalmeddelande|oprindelig (?:meddelelse|besked)|opprinnelig (?:melding|beskjed)"
    r"|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa|eredeti üzenet"
    r"|mesaj original|исходное сообщение|оригинальное сообщение|orijinal (?:mesaj|ileti)|özgün ileti"
    r"|原始邮件|原邮件|原始郵件|元のメッセージ|원본 메시지|원본 메일"
)
DASHES = r"[-_*=~#–—]"
DIVIDER = re.compile(
    rf"^[>\s|]{{0,20}}(?:{DASHES}{{2,}}\s*|[*\[]\s?)(?:begin(?:ning of)? )?(?:{PASSED_ON}"
    rf"|{ORIGINAL})(?![^\W\d_]).{{0,120}}$"
    rf"|^[>\s]{{0,20}}(?:{PASSED_ON})\s{{0,3}}[:：]\s*$|^\s{{0,4}}(?:original message|messaggio originale"
    r"|ursprüngliche nachricht|message d[’']origine|mensaje original)\s{0,2}:?\s*$",
    re.IGNORECASE,
)
FORWARD = re.compile(
    rf"^[>\s|]{{0,20}}(?:{DASHES}{{2,}}\s*|[*\[]\s?)(?:{PASSED_ON})(?![^\W\d_])"
    rf"|^[>\s]{{0,20}}(?:{PASSED_ON})\s{{0,3}}[:：]\s*$",
    re.IGNORECASE,
)
# Without an empty line: `… thanks-----Original Message-----`.
GLUED = re.compile(rf"(?<=[^\s>-])\s*(?P<rest>-{{4,}}\s?(?:{ORIGINAL}|{PASSED_ON})\s?-{{2,}})\s*$", re.IGNORECASE)
# Without dashes and colon nothing longer is a divider.
MAX_BARE_DIVIDER = 26

MARKER = re.compile(
    r"##.{0,20}(?:reply above this line|rispondi sopra questa riga).{0,20}##"
    r"|^[\s>*_#=~-]{2,}(?:please )?(?:type|write|enter|add|start)?(?: your)? ?reply(?:ing)? above th(?:is|e) line"
    r"|^[\s>*_#=~-]{2,}(?:rispondi|rispondere|scriv[ia] (?:la tua risposta)?) ?(?:al di )?sopra (?:a )?questa (?:riga"
    r"|linea)"
    r"|^[\s>*_#=~-]{2,}(?:bitte )?(?:antworten sie|antwort|schreiben sie)(?: bitte)? (?:über"
    r"|oberhalb) diese[rn]? (?:zeile|linie)"
    r"|^[\s>*_#=~-]{2,}(?:veuillez )?(?:répondez|répondre|écrivez|saisissez)(?: votre réponse)? au-dessus de cette "
    r"ligne"
    r"|^[\s>*_#=~-]{2,}(?:por favor,? )?(?:responda|responde|escriba)(?: su respuesta)? (?:por )?(?:encima"
    r"|arriba) de esta línea",
    re.IGNORECASE,
)

FROM = {
    "from", "da", "mittente", "von", "absender", "de", "expéditeur", "remitente", "van", "från", "fra", "od", "от",
    "lähettäjä", "feladó", "kimden", "发件人", "寄件者", "差出人", "送信者", "보낸 사람", "보낸사람", "de la",
}  # fmt: skip
SENT = {
    "sent", "inviato", "gesendet", "envoyé", "envoyé le", "enviado", "enviado el", "enviada em", "enviada", "verzonden",
    "skickat", "sendt", "lähetetty", "wysłano", "wysłane", "odesláno", "küldve", "отправлено", "gönderildi",
    "gönderilme", "gönderme tarihi", "发送时间", "送信日時", "보낸 날짜", "trimis",
}  # fmt: skip
DATE = {
    "date", "data", "data e ora", "datum", "fecha", "dato", "päiväys", "päivämäärä", "дата", "dátum", "tarih", "日期",
    "日付", "日時", "날짜", "data/ora", "when", "quando",
}  # fmt: skip
TO = {
    "to", "a", "destinatario", "destinatari", "an", "empfänger", "à", "pour", "destinataire", "para", "aan", "till",
    "til", "do", "komu", "кому", "vastaanottaja", "címzett", "kime", "către", "收件人", "宛先", "받는 사람", "받는사람",
}  # fmt: skip
SUBJECT = {
    "subject", "oggetto", "ogg", "betreff", "objet", "sujet", "asunto", "assunto", "onderwerp", "ämne", "emne", "aihe",
    "temat", "předmět", "predmet", "тема", "tárgy", "konu", "subiect", "主题", "主旨", "件名", "제목",
}  # fmt: skip
OTHER = {
    "cc", "c.c", "cci", "ccn", "bcc", "cco", "kopie", "kopie (cc)", "copie", "copie à", "copia", "kopia", "копия",
    "抄送", "reply-to", "reply to", "rispondi a", "antwort an", "répondre à", "responder a", "importance", "importanza",
    "wichtigkeit", "importancia", "priority", "priorità", "priorität", "attachments", "allegati", "anlagen",
    "pièces jointes", "datos adjuntos", "organization", "organisation", "message-id", "newsgroups", "in-reply-to",
}  # fmt: skip
LABELS = FROM | SENT | DATE | TO | SUBJECT | OTHER
MAIL_LABELS = SENT | SUBJECT
ADDRESS = re.compile(r"[\w.+%=-]{1,64}@[\w-]{1,63}\.[\w.-]{2,}")
MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d{2}")
RULE = re.compile(r"^[\s>]*(?:_{5,}|-{3,}|\*{5,}|={5,}|[‐‑‒–—―─]{3,}|\* \* \*)\s*$")
FORM_LABEL = re.compile(r"^[^\W\d][\w .-]{1,30}:(?!//)")
HEADER_LINES = 12
MAX_LABEL_CHARS = 40
LABEL_MARKS = " \t>*_|•\xa0"


def is_divider(line: str) -> bool:
    """`-----Original Message-----`, `Begin forwarded message:` and their kin."""
    if len(line) > 300:
        return False
    if line[:1].isalpha() and not line.rstrip().endswith((":", "：")) and len(line) > MAX_BARE_DIVIDER:
        return False
    return DIVIDER.match(line) is not None


def is_forward(text: str) -> bool:
    """Whether the text holds a forwarded mail, by the line its program puts above it."""
    return any(line and len(line) < 300 and FORWARD.match(line) for line in text.split("\n", 2000)[:2000])


def marker_in(line: str) -> bool:
    """Our own line above which customers write, and those of other help desks."""
    if line[:1].isalnum() or len(line) > 300 or not line.strip():
        return False
    starts = "##" in line or line.lstrip(" \t>*_")[:1] in "-=~—#"
    return starts and MARKER.search(line) is not None


def unglued(lines: list[str]) -> list[str]:
    """The lines, with a divider that shares its line with words of the person put on a line of its own."""
    if not any("----" in line[1:] for line in lines):
        return lines
    kept: list[str] = []
    for line in lines:
        match = GLUED.search(line[-200:]) if "----" in line[1:] and not line.startswith((">", "-")) else None
        kept += [line[: len(line) - len(match[0])].rstrip(), match["rest"]] if match else [line]
    return kept


def label_of(line: str) -> tuple[str, str] | None:
    """The header label a line begins with, in lower case, and its value."""
    head = line[:MAX_LABEL_CHARS].replace("：", ":")
    colon = head.find(":")
    if colon < 1:
        return None
    name = head[:colon].strip(LABEL_MARKS).lower()
    return (name, line[colon + 1 : 600].strip(LABEL_MARKS)) if name in LABELS else None


def header_block_end(lines: list[str], index: int) -> int:
    """The line after the header of a quoted mail that starts here; 0 when none does.

    Such a header names the sender and what only a mail has, in any of the languages.
    """
    first = label_of(lines[index])
    if first is None or first[0] in OTHER:
        return 0
    seen, last = {first[0]: first[1]}, index
    folded, is_form, is_over = 0, False, False
    for number, line in enumerate(lines[index + 1 : index + HEADER_LINES], start=index + 1):
        if label := label_of(line):
            seen.setdefault(*label)
            folded, last = 0, number
        elif line.strip():
            # A value may be folded over two lines; a form has labels that no mail has.
            folded += 1
            is_form = not is_over and FORM_LABEL.match(line) is not None
            if folded > 2 or is_form:
                break
        else:
            is_over = True
            folded += len(seen) > 1
    if speaks_of_mail(seen):
        return last + 1
    is_clear = not is_form and (is_parted(lines, index) or is_marked(lines, last + 1))
    return last + 1 if is_clear and speaks_briefly(seen) else 0


def speaks_of_mail(seen: dict[str, str]) -> bool:
    """Three labels, of which one names the sender and one belongs to mails alone."""
    names = seen.keys()
    # "Da: Roma, A: Milano, Data: ..." is a journey; a mail's header also tells when it was sent, or its subject.
    if len(names) >= 3 and names & FROM and names & MAIL_LABELS:
        return True
    dated = next((seen[name] for name in names & (DATE | SENT)), "")
    sender = next((seen[name] for name in names & FROM), "")
    return len(names) >= 3 and bool(names & FROM and ADDRESS.search(sender) and MOMENT.search(dated))


def speaks_briefly(seen: dict[str, str]) -> bool:
    """Two labels, or the sender alone, when the values leave no doubt."""
    names = seen.keys()
    dated = next((seen[name] for name in names & (DATE | SENT)), "")
    sender = next((seen[name] for name in names & FROM), "")
    receiver = next((seen[name] for name in names & TO), "")
    if MOMENT.search(dated) and (ADDRESS.search(sender) or ADDRESS.search(receiver)):
        return True
    if ADDRESS.search(sender) and names & SUBJECT:
        return True
    return len(names) == 1 and bool(re.search(r"[<\[].{0,80}@.{1,120}[>\]]\W*$|^\S{1,64}@\S{1,190}$", sender))


def is_marked(lines: list[str], index: int) -> bool:
    """Whether quoted lines follow, with the usual mark or with a bar."""
    following = next((line for line in lines[index : index + 3] if line.strip()), "")
    return following.lstrip(" \t")[:1] in (">", "|")


def is_parted(lines: list[str], index: int) -> bool:
    """Whether there are words above, and an empty line or a rule between."""
    if index == 0 or (lines[index - 1].strip() and not RULE.match(lines[index - 1])):
        return False
    return any(line.strip() and not RULE.match(line) for line in lines[max(0, index - 200) : index])


def above_rule(lines: list[str], index: int) -> int:
    """A rule drawn above a header block belongs to it, also with empty lines between."""
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and index - above <= 4 and RULE.match(lines[above]) else index
