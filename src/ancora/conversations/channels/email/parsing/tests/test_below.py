"""What stands below the words: signatures of people and devices, notices of firms and programs."""

import pytest

from ancora.conversations.channels.email.parsing.quotes import visible_reply

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
