"""What a person newly wrote: five languages, the common programs, and the ways people answer."""

import pytest

from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.parsing.quotes import visible_reply


def reply(text: str, sender: str = "") -> tuple[str, str]:
    found = visible_reply(text, sender)
    return found.text, found.signature


def mail(body: str, kind: str = "text/html", sender: str = "Mario Rossi <mario@example.it>") -> bytes:
    return f"From: {sender}\nContent-Type: {kind}; charset=utf-8\n\n{body}".encode()


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, Nov 3, 2025 at 10:22 AM Help <help@example.it> wrote:",
        "On Mon, Nov 3, 2025 at 10:22 AM Help Desk\n<help@example.it> wrote:",
        "Il giorno lun 3 nov 2025 alle ore 10:22 Assistenza <help@example.it> ha scritto:",
        "Il giorno lunedì 3 novembre 2025, Assistenza <help@example.it>\nha scritto:",
        "Il 03/11/2025 10:22, Assistenza ha scritto:",
        "In data 3 novembre 2025, Assistenza ha scritto:",
        "Am Mo., 3. Nov. 2025 um 10:22 Uhr schrieb Hilfe <help@example.de>:",
        "Am 03.11.25 um 10:22 schrieb Hilfe:",
        "Le lun. 3 nov. 2025 à 10:22, Aide <help@example.fr> a écrit :",
        "Le 3 nov. 2025 à 10:22, Aide <help@example.fr> a écrit\xa0:",
        "El lun, 3 nov 2025 a las 10:22, Ayuda (<help@example.es>) escribió:",
        "El 3/11/25 a las 10:22, Ayuda escribió:",
        "2025-11-03 10:22 GMT+01:00 Help <help@example.it>:",
        '02.04.2012 14:20 пользователь "bob" <bob@example.ru> написал:',
    ],
)
@pytest.mark.parametrize("quote", ["\n\n> Your parcel left on Monday.\n> Regards", "\n\nYour parcel left on Monday."])
def test_words_above_an_attribution_are_the_reply(attribution, quote):
    assert reply("It has not arrived.\n\n" + attribution + quote) == ("It has not arrived.", "")


@pytest.mark.parametrize(
    "divider",
    [
        "-----Original Message-----\nFrom: Help",
        "-----Messaggio originale-----\nDa: Assistenza",
        "-----Ursprüngliche Nachricht-----\nVon: Hilfe",
        "-----Message d'origine-----\nDe : Aide",
        "-----Mensaje original-----\nDe: Ayuda",
        "________________________________\nDa: Assistenza <help@example.it>\nInviato: lunedì 3 novembre 2025 10:22\n"
        "A: Mario\nOggetto: R: pacco",
        "Von: Hilfe <help@example.de>\nGesendet: Montag, 3. November 2025 10:22\nAn: Mario\nBetreff: AW: Paket",
        "De : Aide <help@example.fr>\nEnvoyé : lundi 3 novembre 2025 10:22\nÀ : Mario\nObjet : RE: colis",
        "De: Ayuda <help@example.es>\nEnviado el: lunes, 3 de noviembre de 2025 10:22\nPara: Mario\nAsunto: RE: "
        "paquete",
        "*From:* Help <help@example.it>\n*Sent:* Monday, November 3, 2025\n*To:* Mario\n*Subject:* RE: parcel",
        "## Reply above this line ##",
        "> ## Rispondi sopra questa riga ##",
        "Il giorno lun 3 nov 2025 alle ore 10:22 Assistenza <help@example.it> ha scritto:\n\n## Rispondi sopra "
        "questa riga ##",
    ],
)
def test_words_above_a_divider_are_the_reply(divider):
    assert reply(f"Non è arrivato.\n\n{divider}\n\nIl pacco è partito.") == ("Non è arrivato.", "")


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Inviato da iPhone",
        "Inviato dal mio dispositivo Android",
        "Scarica Outlook per Android",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon mobile",
        "Enviado desde mi iPhone",
        "Obtener Outlook para iOS",
        "-- \nMario Rossi\nCaffè Rossi srl",
        "--\nMario",
    ],
)
def test_signature_is_kept_apart(line):
    assert reply(f"Grazie mille.\n\n{line}") == ("Grazie mille.", line)


def test_a_sentence_that_starts_like_a_signature_stays():
    text = "Here is another email\n\nSent from my desk, is much easier then my mobile phone."
    assert reply(text) == (text, "")


def test_a_closing_with_a_name_stays():
    assert reply("Hi. I am fine.\n\nThanks,\nAlex", "Alex") == ("Hi. I am fine.\n\nThanks,\nAlex", "")


def test_a_block_of_name_and_contacts_is_a_signature():
    text = "Il pacco non è arrivato.\n\nMario Rossi\nCaffè Rossi srl\nTel. +39 06 1234567\nwww.example.it"
    assert reply(text, "Mario Rossi") == (
        "Il pacco non è arrivato.",
        "Mario Rossi\nCaffè Rossi srl\nTel. +39 06 1234567\nwww.example.it",
    )


def test_a_disclaimer_is_no_reply():
    text = (
        "Non è arrivato.\n\nLe informazioni contenute in questo messaggio sono riservate.\nSe non siete il "
        "destinatario ..."
    )
    assert reply(text)[0] == "Non è arrivato."


def test_interleaved_answers_are_kept_whole():
    text = "Il 3/11/2025 Help ha scritto:\n> Colour?\n\nRed.\n\n> Size?\n\nLarge."
    assert reply(text + "\n\n> Bye\n") == (text, "")


def test_words_below_a_single_quote_are_the_reply():
    assert reply("On 04/02/2012 06:26 PM, Megan One wrote:\n> Hi \nHello") == ("Hello", "")


def test_a_list_footer_below_the_quote_is_no_answer():
    text = (
        "Yes.\n\nOn 1 Jan 2025, Bob wrote:\n> Is it?\n\n_______________________\nusers mailing list\nusers@example.org"
    )
    assert reply(text) == ("Yes.", "_______________________\nusers mailing list\nusers@example.org")


def test_a_journey_is_no_mail_header():
    text = "Vorrei prenotare:\n\nDa: Roma\nA: Milano\nData: 3 aprile"
    assert reply(text) == (text, "")


def test_on_at_the_start_of_a_sentence_is_no_attribution():
    text = "On your remote host you can run:\n\n     telnet 127.0.0.1\n\nThis should connect."
    assert reply(text) == (text, "")


def test_a_forward_without_own_words_is_shown_whole():
    text = "---------- Forwarded message ---------\nFrom: Bob <bob@example.org>\nSubject: Hi\n\nBroken again."
    assert reply(text)[0] == text


def test_a_forward_with_own_words_shows_those():
    assert reply("Please look.\n\nBegin forwarded message:\n\nFrom: Bob\nSubject: Hi\n\nBroken.")[0] == "Please look."


def test_a_mail_of_nothing_but_a_quote_has_no_reply():
    assert reply("On 1 Jan 2025, Bob wrote:\n> Is it?\n") == ("", "")


PROGRAMS = {
    "gmail": '<div dir="ltr">New words</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
    'class="gmail_attr">'
    'On Mon, Nov 3, 2025 at 10:22 AM Help &lt;<a href="mailto:h@e.it">h@e.it</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0">Old words</blockquote></div>',
    "outlook desktop": '<div class="WordSection1"><p class="MsoNormal">New words<o:p></o:p></p><div style="border:none;'
    'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Da:</b> Help<br><b>Inviato:</b> '
    'lunedì<br><b>A:</b> Mario<br><b>Oggetto:</b> R: x</p></div><p class="MsoNormal">Old words</p></div>',
    "outlook web": '<div>New words</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><b>'
    "From:</b> Help<br>"
    "<b>Sent:</b> Monday<br><b>To:</b> Mario<br><b>Subject:</b> x</div><div>Old words</div>",
    "outlook phone": '<div>New words</div><div id="ms-outlook-mobile-signature"><div>Scarica <a href="x">'
    "Outlook per iOS</a></div></div>"
    '<div id="mail-editor-reference-message-container"><div>Old words</div></div>',
    "apple mail": '<div>New words</div><div><br><blockquote type="cite"><div>On 3 Nov 2025, at 10:22, Help &lt;'
    "h@e.it&gt; wrote:</div>"
    "<br><div>Old words</div></blockquote></div>",
    "yahoo": '<div class="yahoo-style-wrap"><div>New words</div></div><div id="yahoo_quoted_123" class="yahoo_quoted">'
    "<div>Il lunedì 3 novembre 2025, Help ha scritto: </div><div>Old words</div></div>",
    "thunderbird": '<p>New words</p><div class="moz-cite-prefix">Am 03.11.25 um 10:22 schrieb Hilfe:<br></div>'
    '<blockquote type="cite" cite="mid:x">Old words</blockquote>',
    "proton": '<div>New words</div><div class="protonmail_quote">Le lundi 3 novembre 2025, Aide a écrit :<br>'
    "Old words</div>",
    "gmail without blockquote": '<div>New words</div><div class="gmail_quote">Old words</div>',
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_html_of_common_programs_gives_the_new_words(program):
    found = parse(mail(PROGRAMS[program]))
    assert found.reply_text == "New words"
    assert "Old words" in found.text
    assert "Old words" in found.html


def test_answers_inside_a_gmail_quote_are_kept():
    body = (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 3, 2025 Help &lt;h@e.it&gt; wrote:</div>'
        '<blockquote class="gmail_quote">Colour?</blockquote><div>Red.</div>'
        '<blockquote class="gmail_quote">Size?</blockquote><div>Large.</div></div>'
    )
    found = parse(mail(body)).reply_text
    assert "> Colour?" in found
    assert "Red." in found
    assert found.endswith("Large.")


def test_quote_that_only_the_html_shows_is_cut_from_the_text_too():
    raw = (
        "From: a@b.c\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: "
        "text/plain\n\nNew\n\nOld\n--x\n"
        'Content-Type: text/html\n\n<div>New</div><div class="gmail_quote">Old</div>\n--x--\n'
    )
    found = parse(raw.encode())
    assert (found.reply_text, found.text) == ("New", "New\n\nOld")


def test_signature_box_of_html_is_the_signature():
    found = parse(mail('<div>Hi</div><div class="gmail_signature">Mario<br>CEO</div>'))
    assert (found.reply_text, found.signature) == ("Hi", "Mario\nCEO")
