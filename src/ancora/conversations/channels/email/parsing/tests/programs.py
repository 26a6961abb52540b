"""How mail programs quote, in five languages: the lines they put above what is answered, and what they add below.

Every entry is a program's own wording for one moment, 3 November 2025, 10:22, and one sender. `{quote}` stands for the old
words with marks, `{old}` for the old words without.
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
# Old words stand below without any mark.
BARE = {
    "yahoo web": {
        "en": "    On Monday, November 3, 2025 at 10:22:00 AM GMT+1, Help Desk <help@shop.example> wrote:  \n ",
        "it": "    Il lunedì 3 novembre 2025 alle ore 10:22:00 CET, Help Desk <help@shop.example> ha scritto:  \n ",
        "de": "    Am Montag, 3. November 2025 um 10:22:00 MEZ hat Help Desk <help@shop.example> Folgendes geschrieben:  \n ",
        "fr": "    Le lundi 3 novembre 2025 à 10:22:00 UTC+1, Help Desk <help@shop.example> a écrit :  \n ",
        "es": "    En lunes, 3 de noviembre de 2025, 10:22:00 CET, Help Desk <help@shop.example> escribió:  \n ",
    },
    "spark": {
        "en": "On Nov 3, 2025 at 10:22 +0100, Help Desk <help@shop.example>, wrote:",
        "it": "Il 3 nov 2025 10:22 +0100, Help Desk <help@shop.example>, ha scritto:",
        "de": "Am 3. Nov. 2025, 10:22 +0100, Help Desk <help@shop.example>, schrieb:",
        "fr": "Le 3 nov. 2025 à 10:22 +0100, Help Desk <help@shop.example>, a écrit :",
        "es": "El 3 nov 2025, 10:22 +0100, Help Desk <help@shop.example>, escribió:",
    },
    "zoho": {
        "en": "---- On Mon, 03 Nov 2025 10:22:00 +0100 Help Desk <help@shop.example> wrote ----",
        "it": "---- Il lun, 03 nov 2025 10:22:00 +0100 Help Desk <help@shop.example> ha scritto ----",
        "de": "---- Am Mo, 03 Nov. 2025 10:22:00 +0100 Help Desk <help@shop.example> schrieb ----",
        "fr": "---- Le lun., 03 nov. 2025 10:22:00 +0100 Help Desk <help@shop.example> a écrit ----",
        "es": "---- El lun, 03 nov 2025 10:22:00 +0100 Help Desk <help@shop.example> escribió ----",
    },
    "superhuman": {
        "en": "On Mon, Nov 03, 2025 at 10:22 AM, Help Desk < help@shop.example > wrote:",
        "it": "Il giorno lun 3 nov 2025 alle 10:22, Help Desk < help@shop.example > ha scritto:",
        "de": "Am Mo, 3. Nov 2025 um 10:22 schrieb Help Desk < help@shop.example >:",
        "fr": "Le lun., 3 nov. 2025 à 10:22, Help Desk < help@shop.example > a écrit :",
        "es": "El lun, 3 nov 2025 a las 10:22, Help Desk < help@shop.example > escribió:",
    },
    "outlook desktop": {
        "en": "From: Help Desk <help@shop.example>\nSent: Monday, November 3, 2025 10:22 AM\nTo: Carla Bianchi "
        "<carla@customer.example>\nSubject: RE: Your parcel",
        "it": "Da: Help Desk <help@shop.example>\nInviato: lunedì 3 novembre 2025 10:22\nA: Carla Bianchi "
        "<carla@customer.example>\nOggetto: R: Il suo pacco",
        "de": "Von: Help Desk <help@shop.example>\nGesendet: Montag, 3. November 2025 10:22\nAn: Carla Bianchi "
        "<carla@customer.example>\nBetreff: AW: Ihr Paket",
        "fr": "De : Help Desk <help@shop.example>\nEnvoyé : lundi 3 novembre 2025 10:22\nÀ : Carla Bianchi "
        "<carla@customer.example>\nObjet : RE: Votre colis",
        "es": "De: Help Desk <help@shop.example>\nEnviado el: lunes, 3 de noviembre de 2025 10:22\nPara: Carla Bianchi "
        "<carla@customer.example>\nAsunto: RE: Su paquete",
    },
    "outlook 2003": {
        "en": "-----Original Message-----\nFrom: Help Desk [mailto:help@shop.example]\nSent: Monday, 3 November 2025 10:22",
        "it": "-----Messaggio originale-----\nDa: Help Desk [mailto:help@shop.example]\nInviato: lunedì 3 novembre 2025 10.22",
        "de": "-----Ursprüngliche Nachricht-----\nVon: Help Desk [mailto:help@shop.example]\nGesendet: Montag, 3. November 2025",
        "fr": "-----Message d'origine-----\nDe : Help Desk [mailto:help@shop.example]\nEnvoyé : lundi 3 novembre 2025 10:22",
        "es": "-----Mensaje original-----\nDe: Help Desk [mailto:help@shop.example]\nEnviado el: lunes, 3 de noviembre de 2025",
    },
    "outlook for mac": {
        "en": "From: Help Desk <help@shop.example>\nDate: Monday, 3 November 2025 at 10:22\nTo: Carla Bianchi "
        "<carla@customer.example>\nSubject: Re: Your parcel",
        "it": "Da: Help Desk <help@shop.example>\nData: lunedì 3 novembre 2025 alle ore 10:22\nA: Carla Bianchi "
        "<carla@customer.example>\nOggetto: Re: Il suo pacco",
        "de": "Von: Help Desk <help@shop.example>\nDatum: Montag, 3. November 2025 um 10:22\nAn: Carla Bianchi "
        "<carla@customer.example>\nBetreff: Re: Ihr Paket",
        "fr": "De : Help Desk <help@shop.example>\nDate : lundi 3 novembre 2025 à 10:22\nÀ : Carla Bianchi "
        "<carla@customer.example>\nObjet : Re: Votre colis",
        "es": "De: Help Desk <help@shop.example>\nFecha: lunes, 3 de noviembre de 2025, 10:22\nPara: Carla Bianchi "
        "<carla@customer.example>\nAsunto: Re: Su paquete",
    },
    "outlook web": {
        "en": "________________________________\nFrom: Help Desk <help@shop.example>\nSent: Monday, November 3, 2025 10:22\n"
        "To: carla@customer.example <carla@customer.example>\nSubject: Your parcel",
        "it": "________________________________\nDa: Help Desk <help@shop.example>\nInviato: lunedì 3 novembre 2025 10:22\n"
        "A: carla@customer.example <carla@customer.example>\nOggetto: Il suo pacco",
        "de": "________________________________\nVon: Help Desk <help@shop.example>\nGesendet: Montag, 3. November 2025 10:22\n"
        "An: carla@customer.example <carla@customer.example>\nBetreff: Ihr Paket",
        "fr": "________________________________\nDe : Help Desk <help@shop.example>\nEnvoyé : lundi 3 novembre 2025 10:22\n"
        "À : carla@customer.example <carla@customer.example>\nObjet : Votre colis",
        "es": "________________________________\nDe: Help Desk <help@shop.example>\nEnviado: lunes, 3 de noviembre de 2025 "
        "10:22\nPara: carla@customer.example <carla@customer.example>\nAsunto: Su paquete",
    },
    "samsung": {
        "en": "-------- Original message --------\nFrom: Help Desk <help@shop.example> \nDate: 03/11/2025  10:22  (GMT+01:00) \n"
        "To: carla@customer.example \nSubject: Your parcel ",
        "it": "-------- Messaggio originale --------\nDa: Help Desk <help@shop.example> \nData: 03/11/25  10:22  (GMT+01:00) \n"
        "A: carla@customer.example \nOggetto: Il suo pacco ",
        "de": "-------- Ursprüngliche Nachricht --------\nVon: Help Desk <help@shop.example> \nDatum: 03.11.25  10:22  "
        "(GMT+01:00) \nAn: carla@customer.example \nBetreff: Ihr Paket ",
        "fr": "-------- Message d'origine --------\nDe : Help Desk <help@shop.example> \nDate : 03/11/2025  10:22  "
        "(GMT+01:00) \nÀ : carla@customer.example \nObjet : Votre colis ",
        "es": "-------- Mensaje original --------\nDe: Help Desk <help@shop.example> \nFecha: 3/11/25  10:22  (GMT+01:00) \n"
        "Para: carla@customer.example \nAsunto: Su paquete ",
    },
    "zimbra": {
        "en": "----- Original Message -----\nFrom: \"Help Desk\" <help@shop.example>\nTo: carla@customer.example\n"
        "Sent: Monday, November 3, 2025 10:22:00 AM\nSubject: Your parcel",
        "it": "----- Messaggio originale -----\nDa: \"Help Desk\" <help@shop.example>\nA: carla@customer.example\n"
        "Inviato: Lunedì, 3 novembre 2025 10:22:00\nOggetto: Il suo pacco",
        "de": "----- Ursprüngliche Mail -----\nVon: \"Help Desk\" <help@shop.example>\nAn: carla@customer.example\n"
        "Gesendet: Montag, 3. November 2025 10:22:00\nBetreff: Ihr Paket",
        "fr": "----- Mail original -----\nDe: \"Help Desk\" <help@shop.example>\nÀ: carla@customer.example\n"
        "Envoyé: Lundi 3 Novembre 2025 10:22:00\nObjet: Votre colis",
        "es": "----- Mensaje original -----\nDe: \"Help Desk\" <help@shop.example>\nPara: carla@customer.example\n"
        "Enviados: Lunes, 3 de Noviembre 2025 10:22:00\nAsunto: Su paquete",
    },
    "bold labels": {
        "en": "*From:* Help Desk <help@shop.example>\n*Sent:* Monday, November 3, 2025 10:22 AM\n*To:* Carla Bianchi\n"
        "*Subject:* RE: Your parcel",
        "it": "*Da:* Help Desk <help@shop.example>\n*Inviato:* lunedì 3 novembre 2025 10:22\n*A:* Carla Bianchi\n"
        "*Oggetto:* R: Il suo pacco",
        "de": "*Von:* Help Desk <help@shop.example>\n*Gesendet:* Montag, 3. November 2025 10:22\n*An:* Carla Bianchi\n"
        "*Betreff:* AW: Ihr Paket",
        "fr": "*De :* Help Desk <help@shop.example>\n*Envoyé :* lundi 3 novembre 2025 10:22\n*À :* Carla Bianchi\n"
        "*Objet :* RE: Votre colis",
        "es": "*De:* Help Desk <help@shop.example>\n*Enviado el:* lunes, 3 de noviembre de 2025 10:22\n*Para:* Carla Bianchi\n"
        "*Asunto:* RE: Su paquete",
    },
    "a regional webmail": {
        "en": "----- Original Message -----\nFrom: help@shop.example\nDate: Mon, 3 Nov 2025 10:22:00 +0100\nSubject: Your parcel",
        "it": "----Messaggio originale----\nDa: help@shop.example\nData: 3-nov-2025 10.22\nA: <carla@customer.example>\n"
        "Ogg: Il suo pacco",
        "de": "Gesendet: Montag, 03. November 2025 um 10:22 Uhr\nVon: \"Help Desk\" <help@shop.example>\nAn: "
        "carla@customer.example\nBetreff: Ihr Paket",
        "fr": "envoyé : 3 novembre 2025 à 10:22\nde : Help Desk <help@shop.example>\nà : carla@customer.example\nobjet : Votre "
        "colis",
        "es": "----- Mensaje original -----\nDe: help@shop.example\nFecha: lunes, 3 de noviembre de 2025 10:22\nAsunto: Su "
        "paquete",
    },
}  # fmt: skip
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
