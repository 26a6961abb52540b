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


DEVICES = {
    "English": [
        "Sent from my iPad",
        "Sent from my Verizon Wireless BlackBerry",
        "Sent from AOL Mobile Mail",
        "Sent on the go",
    ],
    "Italian": [
        "Inviato dal mio smartphone Samsung Galaxy.",
        "Messaggio inviato da telefono",
        "Inviato con Posta per Windows 10",
    ],
    "German": [
        "Von meinem Huawei-Mobiltelefon gesendet",
        "Gesendet mit der GMX Mail App",
        "Mit iPhone gesendet",
        "Von unterwegs",
    ],
    "French": [
        "Envoyé à partir de Outlook pour iOS",
        "Envoyé depuis mon smartphone Samsung Galaxy.",
        "Télécharger Outlook pour Android",
    ],
    "Spanish": [
        "Enviado desde mi dispositivo Samsung",
        "Enviado a través de Outlook para Android",
        "Obtenga Outlook para iOS",
    ],
    "Portuguese": ["Enviado do meu iPhone", "Enviado a partir do meu telemóvel", "Obter o Outlook para Android"],
    "Dutch": ["Verzonden vanaf mijn iPhone", "Verstuurd vanaf mijn Android", "Outlook voor iOS downloaden"],
    "Swedish": ["Skickat från min iPhone", "Hämta Outlook för iOS"],
    "Danish": ["Sendt fra min iPhone", "Hent Outlook til iOS"],
    "Finnish": ["Lähetetty iPhonesta"],
    "Polish": ["Wysłane z iPhone'a", "Pobierz aplikację Outlook dla systemu iOS"],
    "Czech": ["Odesláno z iPhonu"],
    "Russian": ["Отправлено с iPhone", "Отправлено из мобильной Почты Mail"],
    "Turkish": ["iPhone'umdan gönderildi"],
    "Chinese": ["从我的iPhone发送", "发自我的华为手机"],
    "Japanese": ["iPhoneから送信"],
}


@pytest.mark.parametrize("line", [line for lines in DEVICES.values() for line in lines])
@pytest.mark.parametrize("gap", ["\n\n", "\n", "\n\n-- \n"])
def test_what_a_device_adds_is_a_signature(line, gap):
    found = visible_reply(f"Thanks for the news.{gap}{line}")
    assert (found.text, found.signature.removeprefix("--").strip()) == ("Thanks for the news.", line)


def test_a_mail_of_nothing_but_a_signature_has_no_reply():
    assert visible_reply("Sent from my iPhone")[:2] == ("", "Sent from my iPhone")
    assert visible_reply("\n-- \nMario Rossi")[:2] == ("", "-- \nMario Rossi")


SIGNED = {
    "en": ("Fine.\n\nKind regards,", "Ann Smith\nHead of Sales\n\nAcme Ltd\n+44 20 7946 0000\nwww.acme.example"),
    "it": (
        "Va bene.\n\nCordiali saluti",
        "Dott. Mario Rossi\nResponsabile acquisti\nRossi S.r.l.\nTel. +39 06 1234567",
    ),
    "de": (
        "Gut.\n\nMit freundlichen Grüßen",
        "Max Muster\nEinkauf\n\nMuster GmbH\nTel.: +49 30 1234567\nAmtsgericht Berlin",
    ),
    "fr": ("D'accord.\n\nBien cordialement,", "Jeanne Petit\nService achats\nPetit SARL\nTél. : +33 1 23 45 67 89"),
    "es": ("De acuerdo.\n\nUn saludo,", "Juan Pérez\nDepartamento de compras\nPérez S.L.\n+34 91 123 45 67"),
}
NOTICES = {
    "en": "CONFIDENTIALITY NOTICE: this e-mail and its attachments are meant for the person named only.\n"
    "Delete it otherwise.",
    "it": "Le informazioni contenute in questa comunicazione sono riservate e destinate solo alla persona sopra "
    "indicata.",
    "de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie "
    "sie.",
    "fr": "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention de leurs destinataires.",
    "es": "Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su destinatario.",
}


@pytest.mark.parametrize("language", SIGNED)
@pytest.mark.parametrize("quote", ["", "\n\nOn Mon, Nov 3, 2025, Help <help@shop.example> wrote:\n\n> Is it?"])
def test_reply_signature_and_notice_are_told_apart(language, quote):
    (reply, signature), notice = SIGNED[language], NOTICES[language]
    found = visible_reply(f"{reply}\n\n{signature}\n\n{notice}{quote}")
    assert (found.text, found.signature, found.disclaimer) == (reply, signature, notice)


MORE_NOTICES = [
    "This message is intended only for the use of the individual to whom it is addressed.",
    "The information in this e-mail is confidential and may be legally privileged.",
    "If you are not the intended recipient you must not use it.",
    "Please consider the environment before printing this e-mail.",
    "This email has been checked for viruses by Avast antivirus software.\nwww.avast.com",
    "Virus-free.www.avast.com",
    "AVVISO DI RISERVATEZZA: il presente messaggio è riservato.",
    "Il presente messaggio e gli eventuali allegati sono di natura confidenziale.",
    "Ai sensi del Regolamento UE 2016/679 si precisa che le informazioni sono riservate.",
    "Questo messaggio di posta elettronica è indirizzato esclusivamente al destinatario.",
    "Rispetta l'ambiente: non stampare questa e-mail se non è necessario.",
    "Der Inhalt dieser E-Mail ist vertraulich.",
    "Sollten Sie nicht der vorgesehene Empfänger sein, löschen Sie diese Nachricht.",
    "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken.",
    "Diese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.",
    "Les informations contenues dans ce courriel sont confidentielles.",
    "Si vous n'êtes pas le destinataire de ce message, merci de le détruire.",
    "Avant d'imprimer, pensez à l'environnement.",
    "Cet e-mail a été vérifié par le logiciel antivirus d'Avast.",
    "AVISO DE CONFIDENCIALIDAD: la información de este mensaje es confidencial.",
    "La información contenida en este correo es confidencial.",
    "Antes de imprimir este mensaje, piense en el medio ambiente.",
    "En cumplimiento de la normativa de protección de datos le informamos de que sus datos se tratan.",
]


@pytest.mark.parametrize("notice", MORE_NOTICES)
def test_a_notice_is_no_reply(notice):
    assert visible_reply(f"It works now.\n\n{notice}") == ("It works now.", "", False, notice)


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "[EXTERNAL EMAIL] This message came from outside the company.",
        "ATTENZIONE: questa e-mail proviene dall'esterno dell'organizzazione.",
        "ACHTUNG: Diese E-Mail kommt von extern.",
        "ATTENTION : ce message provient de l'extérieur.",
        "PRECAUCIÓN: este correo proviene del exterior.",
    ],
)
def test_a_warning_of_the_border_is_no_reply(banner):
    assert visible_reply(f"{banner}\n\nIt works now.") == ("It works now.", "", False, banner)


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
