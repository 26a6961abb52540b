"""How mail programs quote, in five languages: the lines they put above what is answered, and what they add below.

Every entry is a program's own wording for one moment, 3 November 2025, 10:22, and one sender.
"""

NEW = {
    "en": "It has not arrived yet.\n\nCan you look where it is? I am at home on Tuesday.",
    "it": "Non è ancora arrivato.\n\nPotete controllare dov’è? Martedì sono a casa.",
    "de": "Es ist noch nicht da.\n\nKönnen Sie nachsehen, wo es bleibt? Am Dienstag bin ich zu Hause.",
    "fr": "Il n’est pas encore arrivé.\n\nPouvez-vous vérifier où il est ? Mardi je suis à la maison.",
    "es": "Todavía no ha llegado.\n\n¿Pueden mirar dónde está? El martes estoy en casa.",
}
OLD = {
    "en": "Your parcel left us on Friday.\n\nKind regards\nThe shop",
    "it": "Il pacco è partito venerdì.\n\nCordiali saluti\nIl negozio",
    "de": "Ihr Paket ist am Freitag abgegangen.\n\nFreundliche Grüße\nDer Laden",
    "fr": "Votre colis est parti vendredi.\n\nCordialement\nLa boutique",
    "es": "Su paquete salió el viernes.\n\nUn saludo\nLa tienda",
}

# Attribution above the old words; whether these carry marks.
GMAIL = {
    "en": "On Mon, Nov 3, 2025 at 10:22\u202fAM Help Desk <help@shop.example> wrote:",
    "it": "Il giorno lun 3 nov 2025 alle ore 10:22 Help Desk <help@shop.example> ha scritto:",
    "de": "Am Mo., 3. Nov. 2025 um 10:22\xa0Uhr schrieb Help Desk <help@shop.example>:",
    "fr": "Le lun. 3 nov. 2025 à 10:22, Help Desk <help@shop.example> a écrit\xa0:",
    "es": "El lun, 3 nov 2025 a las 10:22, Help Desk (<help@shop.example>) escribió:",
}
QUOTING = {
    "gmail web": GMAIL,
    "gmail web, folded": {
        "en": "On Mon, Nov 3, 2025 at 10:22\u202fAM Help Desk of the Shop in the Square <\nhelp@shop.example> wrote:",
        "it": "Il giorno lun 3 nov 2025 alle ore 10:22 Help Desk del negozio\n<help@shop.example> ha scritto:",
        "de": "Am Mo., 3. Nov. 2025 um 10:22\xa0Uhr schrieb Help Desk vom Laden <\nhelp@shop.example>:",
        "fr": "Le lun. 3 nov. 2025 à 10:22, Help Desk de la boutique <help@shop.example>\na écrit\xa0:",
        "es": "El lun, 3 nov 2025 a las 10:22, Help Desk de la tienda (<\nhelp@shop.example>) escribió:",
    },
    "gmail android": {
        "en": "On Mon, 3 Nov 2025, 10:22 Help Desk, <help@shop.example> wrote:",
        "it": "Il lun 3 nov 2025, 10:22 Help Desk <help@shop.example> ha scritto:",
        "de": "Help Desk <help@shop.example> schrieb am Mo., 3. Nov. 2025, 10:22:",
        "fr": "Le lun. 3 nov. 2025, 10:22, Help Desk <help@shop.example> a écrit :",
        "es": "El lun, 3 nov 2025, 10:22, Help Desk <help@shop.example> escribió:",
    },
    "apple mail macos": {
        "en": "On 3 Nov 2025, at 10:22, Help Desk <help@shop.example> wrote:",
        "it": "Il giorno 3 nov 2025, alle ore 10:22, Help Desk <help@shop.example> ha scritto:",
        "de": "Am 03.11.2025 um 10:22 schrieb Help Desk <help@shop.example>:",
        "fr": "Le 3 nov. 2025 à 10:22, Help Desk <help@shop.example> a écrit :",
        "es": "El 3 nov 2025, a las 10:22, Help Desk <help@shop.example> escribió:",
    },
    "thunderbird": {
        "en": "On 11/3/25 10:22 AM, Help Desk wrote:",
        "it": "Il 03/11/2025 10:22, Help Desk ha scritto:",
        "de": "Am 03.11.25 um 10:22 schrieb Help Desk:",
        "fr": "Le 03/11/2025 à 10:22, Help Desk a écrit\xa0:",
        "es": "El 3/11/25 a las 10:22, Help Desk escribió:",
    },
    "thunderbird, via a list": {
        "en": "On 03/11/2025 10:22, Help Desk via Friends wrote:",
        "it": "Il 03/11/2025 10:22, Help Desk via Amici ha scritto:",
        "de": "Am 03.11.2025 um 10:22 schrieb Help Desk via Freunde:",
        "fr": "Le 03/11/2025 à 10:22, Help Desk via Amis a écrit :",
        "es": "El 03/11/2025 a las 10:22, Help Desk vía Amigos escribió:",
    },
    "k-9": {
        "en": "On November 3, 2025 10:22:00 AM GMT+01:00, Help Desk <help@shop.example> wrote:",
        "it": "Il 3 novembre 2025 10:22:00 CET, Help Desk <help@shop.example> ha scritto:",
        "de": "Am 3. November 2025 10:22:00 MEZ schrieb Help Desk <help@shop.example>:",
        "fr": "Le 3 novembre 2025 10:22:00 GMT+01:00, Help Desk <help@shop.example> a écrit :",
        "es": "El 3 de noviembre de 2025 10:22:00 CET, Help Desk <help@shop.example> escribió:",
    },
    "proton": {
        "en": "On Monday, November 3rd, 2025 at 10:22, Help Desk <help@shop.example> wrote:\n",
        "it": "Il lunedì 3 novembre 2025 10:22, Help Desk <help@shop.example> ha scritto:\n",
        "de": "Am Montag, 3. November 2025 um 10:22, Help Desk <help@shop.example> schrieb:\n",
        "fr": "Le lundi 3 novembre 2025 à 10:22, Help Desk <help@shop.example> a écrit :\n",
        "es": "El lunes, 3 de noviembre de 2025 a las 10:22, Help Desk <help@shop.example> escribió:\n",
    },
    "roundcube": {
        "en": "On 2025-11-03 10:22, Help Desk wrote:",
        "it": "Il 2025-11-03 10:22 Help Desk ha scritto:",
        "de": "Am 2025-11-03 10:22, schrieb Help Desk:",
        "fr": "Le 2025-11-03 10:22, Help Desk a écrit :",
        "es": "El 2025-11-03 10:22, Help Desk escribió:",
    },
    "horde": {
        "en": "Quoting Help Desk <help@shop.example>:\n",
        "it": "Citando Help Desk <help@shop.example>:\n",
        "de": "Zitat von Help Desk <help@shop.example>:\n",
        "fr": "Help Desk <help@shop.example> a écrit :\n",
        "es": "Help Desk <help@shop.example> escribió:\n",
    },
    "evolution": {
        "en": "On Mon, 2025-11-03 at 10:22 +0100, Help Desk wrote:",
        "it": "Il giorno lun, 03/11/2025 alle 10.22 +0100, Help Desk ha scritto:",
        "de": "Am Montag, dem 03.11.2025 um 10:22 +0100 schrieb Help Desk:",
        "fr": "Le lundi 03 novembre 2025 à 10:22 +0100, Help Desk a écrit :",
        "es": "El lun, 03-11-2025 a las 10:22 +0100, Help Desk escribió:",
    },
    "kmail": {
        "en": "On Monday, 3 November 2025 10:22:00 CET Help Desk wrote:",
        "it": "In data lunedì 3 novembre 2025 10:22:00 CET, Help Desk ha scritto:",
        "de": "Am Montag, 3. November 2025, 10:22:00 CET schrieb Help Desk:",
        "fr": "Le lundi 3 novembre 2025, 10:22:00 CET Help Desk a écrit :",
        "es": "En lunes, 3 de noviembre de 2025 10:22:00 CET, Help Desk escribió:",
    },
    "the bat": {
        "en": "Monday, November 3, 2025, 10:22:00 AM, you wrote:\n",
        "it": "lunedì 3 novembre 2025, 10:22:00, hai scritto:\n",
        "de": "Am Montag, 3. November 2025 um 10:22 schrieben Sie:\n",
        "fr": "lundi 3 novembre 2025, 10:22:00, vous écriviez :\n",
        "es": "lunes, 3 de noviembre de 2025, 10:22:00, escribiste:\n",
    },
    "only a name": {
        "en": "Help Desk wrote:",
        "it": "Help Desk ha scritto:",
        "de": "Help Desk schrieb:",
        "fr": "Help Desk a écrit :",
        "es": "Help Desk escribió:",
    },
    "only an address": {
        "en": "help@shop.example wrote:",
        "it": "help@shop.example ha scritto:",
        "de": "help@shop.example schrieb:",
        "fr": "help@shop.example a écrit :",
        "es": "help@shop.example escribió:",
    },
    "fastmail": {
        "en": "On Mon, 3 Nov 2025, at 10:22 AM, Help Desk wrote:",
        "it": "Il lun 3 nov 2025, alle 10:22, Help Desk ha scritto:",
        "de": "Am Mo, 3. Nov 2025, um 10:22, schrieb Help Desk:",
        "fr": "Le lun. 3 nov. 2025, à 10 h 22, Help Desk a écrit :",
        "es": "El lun, 3 de nov de 2025, a las 10:22, Help Desk escribió:",
    },
}
# Line and quote carry the mark together.
MARKED = {
    "apple mail ios": {
        "en": "> On 3 Nov 2025, at 10:22, Help Desk <help@shop.example> wrote:\n> ",
        "it": "> Il giorno 3 nov 2025, alle ore 10:22, Help Desk <help@shop.example> ha scritto:\n> ",
        "de": "> Am 03.11.2025 um 10:22 schrieb Help Desk <help@shop.example>:\n> ",
        "fr": "> Le 3 nov. 2025 à 10:22, Help Desk <help@shop.example> a écrit :\n> ",
        "es": "> El 3 nov 2025, a las 10:22, Help Desk <help@shop.example> escribió:\n> ",
    },
    "open-xchange (ionos, libero)": {
        "en": "> On 11/03/2025 10:22 AM CET Help Desk <help@shop.example> wrote:\n> ",
        "it": "> Il 03/11/2025 10:22 CET Help Desk <help@shop.example> ha scritto:\n> ",
        "de": "> Help Desk <help@shop.example> hat am 03.11.2025 10:22 CET geschrieben:\n> ",
        "fr": "> Le 03/11/2025 10:22 CET, Help Desk <help@shop.example> a écrit :\n> ",
        "es": "> El 03/11/2025 10:22 CET Help Desk <help@shop.example> escribió:\n> ",
    },
}
# What programs add below the words, above the quote.
ADDED = {
    "iphone": {
        "en": "Sent from my iPhone",
        "it": "Inviato da iPhone",
        "de": "Von meinem iPhone gesendet",
        "fr": "Envoyé de mon iPhone",
        "es": "Enviado desde mi iPhone",
    },
    "outlook phone": {
        "en": "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "it": "Ottieni Outlook per iOS<https://aka.ms/o0ukef>",
        "de": "Outlook für iOS<https://aka.ms/o0ukef> beziehen",
        "fr": "Obtenez Outlook pour iOS<https://aka.ms/o0ukef>",
        "es": "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
    },
    "galaxy": {
        "en": "Sent from my Galaxy",
        "it": "Inviato dal mio Galaxy",
        "de": "Von meinem Galaxy gesendet",
        "fr": "Envoyé depuis mon appareil Galaxy",
        "es": "Enviado desde mi Galaxy",
    },
    "yahoo phone": {
        "en": "Sent from Yahoo Mail for iPhone",
        "it": "Inviato da Yahoo Mail per iPhone",
        "de": "Gesendet von Yahoo Mail für iPhone",
        "fr": "Envoyé de Yahoo Mail pour iPhone",
        "es": "Enviado desde Yahoo Mail para iPhone",
    },
    "windows mail": {
        "en": "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows",
        "it": "Inviato da Posta<https://go.microsoft.com/fwlink/?LinkId=550986> per Windows",
        "de": "Gesendet von Mail<https://go.microsoft.com/fwlink/?LinkId=550986> für Windows",
        "fr": "Provenance : Courrier<https://go.microsoft.com/fwlink/?LinkId=550986> pour Windows",
        "es": "Enviado desde Correo<https://go.microsoft.com/fwlink/?LinkId=550986> para Windows",
    },
    "k-9": {
        "en": "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
        "it": "Inviato dal mio dispositivo Android con K-9 Mail. Perdonate la brevità.",
        "de": "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "fr": "Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.",
        "es": "Enviado desde mi dispositivo Android con K-9 Mail. Por favor, disculpa mi brevedad.",
    },
}
