"""What looks like a quote, a signature or a notice and is none, and the reverse."""

import pytest

from ancora.conversations.channels.email.parsing.quotes import visible_reply

WHOLE = {
    "a Python session": ">>> import shop\n>>> shop.open()\nTraceback (most recent call last):\n\nWhat is wrong here?",
    "a difference of files": "The change was:\n\n2c2\n< price: 10\n---\n> price: 12\n\nIs that right?",
    "commands": "The guide says:\n\n> npm install\n> npm start\n\nand then nothing happens. Why?",
    "arrows around a link": "See our new shop\n>>> >>> http://shop.example <<<\nby the link above",
    "a journey": "Two seats:\n\nFrom: Rome\nTo: Milan\nDate: 3 April 2025\n\nThanks",
    "From in prose": "I got a letter\n\nFrom: the bank\nIt says I have to pay until 3.11.2025.\n\nIs it from you?",
    "a form on top": "From: Mario Rossi <mario@x.example>\nSubject: Question\n\nMessage Body:\nHow much is it?",
    "a form below words": "New request\n\nFrom: mario@x.example\nPhone: 06 1234567\nMessage: How much is it?",
    "a list of answers": "1. yes\n2. no\n\n- red\n- blue\n\nTo: be delivered\nDate: any",
    "what somebody told": "On 3 November 2025 your colleague said:\n\nit will come tomorrow.\n\nIt did not.",
    "what somebody told, it": "Il 3 novembre 2025 il vostro tecnico mi ha scritto:\n\ntorno domani.\n\nNon è venuto.",
    "what somebody told, de": "Am 3. November 2025 hat mir Ihr Kollege geschrieben:\n\nEs kommt morgen.\n\n"
    "Es kam nicht.",
    "what somebody told, fr": "Le 3 novembre 2025 votre collègue m'a écrit :\n\nil viendra demain.\n\n"
    "Il n'est pas venu.",
    "what somebody told, es": "El 3 de noviembre de 2025 su compañero me escribió:\n\nllegará mañana.\n\nNo llegó.",
    "sections": "Two things.\n\n---\n\nFirst, the machine that I bought at your shop in May does not heat any "
    "more.\n\n---\n\n"
    "Second, the bill of the same machine names the old address, which I changed in June.",
    "an address asked for": "Here it is:\n\nMario Rossi\nVia Roma 1\n00185 Roma\nTel. 06 1234567",
    "an address in a sentence": "Please send it to\nMario Rossi:\nVia Roma 1\n00185 Roma\nTel. 06 1234567\n\n"
    "That is my office.",
    "a postscript": "It works.\n\nThanks\nMario Rossi\nTel. 06 1234567\n\nP.S. Do you open on Sunday?",
    "a dash in a list": "We need:\n\n- milk\n- Sugar",
    "a sentence about sending": "It was\nsent from my office to your shop",
    "a sentence about the message": "This message is broken: I cannot open the attachment you sent me.",
    "environment as the matter": "Do you care for the environment when you print your boxes?",
    "a message meant for somebody": "Hello,\n\nthis message is intended for your billing people.\n\nThe bill is wrong.",
    "it was received": "Buongiorno,\n\nse avete ricevuto la mia richiesta, rispondete.\n\nIl pacco non c'è.",
    "it was received, fr": "Bonjour,\n\nsi vous avez reçu ma commande, dites-le-moi.\n\nMerci",
    "who wants to leave": "Hi,\n\nunsubscribe me from all of this.\n\nThank you",
    "information in a bill": "Hi,\n\nThe information contained in this email is wrong: it was 12 kg.\n\nCorrect it.",
    "a list under a line": "Shopping\n---\nApples\nPears\nPlums",
    "see below": "See below what I measured:\n\n10:30 - 12 V\n10:45 - 11 V",
    "regards in a sentence": "It is about the bill.\n\nWith regards to the payment: I paid on Monday.\n"
    "Tel 06 1234567 is wrong.",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_all_of_it_is_the_reply(text):
    assert visible_reply(text) == (text, "", visible_reply(text).quoted, "")


QUOTED = {
    "on the same line": ("Yes On Mon, Nov 3, 2025 at 10:22 AM, help@shop.example wrote:\n> Red?", "Yes"),
    "glued to dashes": ("Yes--- On Mon, Nov 3, 2025 at 10:22 AM, help@shop.example wrote:\n> Red?", "Yes"),
    "divider glued to words": ("Yes, thanks-----Original Message-----\n\nRed?", "Yes, thanks"),
    "quote begins on the line": ("Yes\n\nOn Mon, Nov 3, 2025, Help <help@shop.example> wrote: Red?\nOr blue?", "Yes"),
    "French sentence above": (
        "Le colis est là.\nLe 3 nov. 2025 à 10:22, Aide <a@shop.example> a écrit :\n> x",
        "Le colis est là.",
    ),
    "four lines": (
        "Yes\n\nOn Monday, November 3, 2025 at\n10:22 AM, Help Desk of the Shop\n<help@shop.example>\nwrote:\n\n> Red?",
        "Yes",
    ),
    "bare date and address": ("Yes\n2025/11/3 Help <help@shop.example>\n\n> Red?", "Yes"),
    "GroupWise": ("Yes\n\n>>> Help Desk <help@shop.example> 03.11.2025 10:22 >>>\nRed?", "Yes"),
    "dashes around": ("Yes\n\n-----On 11/03/2025 10:22 AM, Help Desk wrote-----\n\nRed?", "Yes"),
    "only From": ("Yes\n\n___________\nFrom: help@shop.example\n\n> Red?", "Yes"),
    "From and Date": ("Yes\n\nFrom: help@shop.example\nDate: Mon, 3 Nov 2025 10:22:00 +0100\n\nRed?", "Yes"),
    "gaps between the labels": (
        'Yes\n\nFrom: "Help" <help@shop.example>\n\nDate: Mon, 3 Nov 2025\nTo:<m@x.example>\n\n\nSubject: R\n\nRed?',
        "Yes",
    ),
    "folded labels": (
        "Yes\n\n  *From:* help@shop.example [mailto:\n  help@shop.example]\n  *Sent:* Monday, 3 November 2025\n  *To:* "
        "m@x.example\n"
        "  *Subject:* Red\n\nRed?",
        "Yes",
    ),
    "a link breaks the marks": (
        "Yes\n\nOn Mon, Nov 3, 2025, Help wrote:\n\n> Red?\n (http://shop.example/c/1) >\n> Bye "
        "(http://shop.example/c\n/2)\n>",
        "Yes",
    ),
    "a broken quoted line": (
        "Yes\n\nOn Mon, Nov 3, 2025, Help wrote:\n> This is a line that was so long that the program had to break\nit "
        "here\n> Red?",
        "Yes",
    ),
    "a goodbye below": ("Yes\n\nOn Mon, Nov 3, 2025, Help wrote:\n> Red?\n\nRegards, Mario", "Yes\n\nRegards, Mario"),
    "a marker of another desk": ("Yes\n\n##- Please type your reply above this line -##\n\nRed?", "Yes"),
    "our own marker, bold": ("Yes\n\n*## Reply above this line ##*\n\nRed?", "Yes"),
    "our own marker, quoted": ("Sì\n\n> > ## Rispondi sopra questa riga ##\n>\n> Rosso?", "Sì"),
    "dutch": ("Ja\n\nOp ma 3 nov. 2025 om 10:22 schreef Help <help@shop.example>:\n\nRood?", "Ja"),
    "danish": ("Ja\n\nDen man. 3. nov. 2025 kl. 10.22 skrev Help <help@shop.example>:\n\nRød?", "Ja"),
    "polish": ("Tak\n\nW dniu 3.11.2025 o 10:22, Help pisze:\n> Czerwony?", "Tak"),
    "russian": ("Да\n\nпн, 3 нояб. 2025 г. в 10:22, Help <help@shop.example>:\n\n> x", "Да"),
    "japanese": ("はい\n\n2025年11月3日(月) 10:22 Help <help@shop.example>:\n\n> x", "はい"),
    "chinese": ("是\n\n在 2025年11月3日，上午10:22，Help <help@shop.example> 写道：\n\nx", "是"),
}


@pytest.mark.parametrize(("text", "reply"), QUOTED.values(), ids=QUOTED.keys())
def test_only_the_new_words_are_the_reply(text, reply):
    assert visible_reply(text)[:3] == (reply, "", True)


@pytest.mark.parametrize(
    "pointer",
    [
        "My answers in red below.",
        "Le mie risposte in rosso.",
        "Antworten im Text.",
        "Réponses en rouge.",
        "Respuestas en rojo.",
    ],
)
def test_answers_in_an_unmarked_quote_are_kept_whole(pointer):
    text = f"{pointer}\n\nFrom: Help <help@shop.example>\nSent: Monday\nTo: m\nSubject: Red\n\nColour? Red.\nSize? L."
    assert visible_reply(text).text == text


def test_a_signature_above_takes_no_answer_along():
    quote = "On Mon, Nov 3, 2025, Help <help@shop.example> wrote:\n> Red?"
    text = f"See below.\n\n-- \nMario Rossi\n\n{quote}\n\nYes.\n\n> Large?\n\nNo."
    assert visible_reply(text + "\n\n-- \nMario Rossi")[:2] == (text, "-- \nMario Rossi")


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nDate: Mon, Nov 3, 2025\nSubject: Hi\n"
    "To: <a@x.example>",
    "gmail it": "---------- Forwarded message ---------\nDa: Bob <bob@x.example>\nDate: lun 3 nov 2025\n"
    "Subject: Ciao\nTo: <a@x.example>",
    "apple": "Begin forwarded message:\n\nFrom: Bob <bob@x.example>\nSubject: Hi\nDate: 3 November 2025",
    "apple it": "Inizio messaggio inoltrato:\n\nDa: Bob <bob@x.example>\nOggetto: Ciao\nData: 3 novembre 2025",
    "apple de": "Anfang der weitergeleiteten Nachricht:\n\nVon: Bob <bob@x.example>\nBetreff: Hallo",
    "apple fr": "Début du message réexpédié :\n\nDe: Bob <bob@x.example>\nObjet: Salut",
    "apple es": "Inicio del mensaje reenviado:\n\nDe: Bob <bob@x.example>\nAsunto: Hola",
    "thunderbird it": "-------- Messaggio Inoltrato --------\nOggetto: \tCiao\n"
    "Data: \tMon, 3 Nov 2025 10:22:00 +0100\nMittente: \tBob",
    "thunderbird de": "-------- Weitergeleitete Nachricht --------\nBetreff: \tHallo\n"
    "Datum: \tMon, 3 Nov 2025 10:22:00 +0100\nVon: \tBob",
    "thunderbird fr": "-------- Message transféré --------\nSujet : \tSalut\nDate : \tMon, 3 Nov 2025 10:22:00 +0100\n"
    "De : \tBob",
}


@pytest.mark.parametrize("head", FORWARDS.values(), ids=FORWARDS.keys())
def test_a_forward_shows_the_words_above_or_all(head):
    assert visible_reply(f"Can you look?\n\n{head}\n\nBroken.").text == "Can you look?"
    assert visible_reply(f"{head}\n\nBroken.").text == f"{head}\n\nBroken."


FOOTERS = [
    "_______________________________________________\nusers mailing list\nusers@lists.example\nhttps://lists.example/u"
    "sers",
    "-- \nYou received this message because you are subscribed to the group.",
    "To unsubscribe from this group and stop receiving emails from it, send an email to a@b.example.",
    "---------------------------------------------------------------------\nTo unsubscribe, e-mail: a@b.example",
]


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("quote", ["", "\n\nOn Mon, Nov 3, 2025, Help <help@shop.example> wrote:\n> Is it?"])
def test_a_footer_of_a_list_is_no_reply(footer, quote):
    assert visible_reply(f"It is.{quote}\n\n{footer}").text == "It is."


def test_a_quote_marked_by_bars_is_one_too():
    head = "    Date:        Mon, 3 Nov 2025 10:22:00 +0100\n    From:        Help <help@shop.example>\n"
    assert visible_reply(f"{head}\n  | Red?\n  | Large?\n\nYes, both.")[:3] == ("Yes, both.", "", True)
    table = "Prices:\n\n| size | price |\n| L | 12 |\n\nRight?"
    assert visible_reply(table).text == table


def test_words_below_a_quoted_header_block_are_the_reply():
    head = "From: Help <help@shop.example>\nSent: Monday\nTo: Mario\nSubject: Red"
    assert visible_reply(f"{head}\n\n> Red?\n\nYes.").text == "Yes."
