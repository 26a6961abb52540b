"""Programs that put no marks before the words they quote: what they write above them, in five languages."""

# Old words stand below without any mark.
BARE = {
    "yahoo web": {
        "en": "    On Monday, November 3, 2025 at 10:22:00 AM GMT+1, Help Desk <help@shop.example> wrote:  \n ",
        "it": "    Il lunedì 3 novembre 2025 alle ore 10:22:00 CET, Help Desk <help@shop.example> ha scritto:  \n ",
        "de": "    Am Montag, 3. November 2025 um 10:22:00 MEZ hat Help Desk <help@shop.example> Folgendes "
        "geschrieben:  \n ",
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
        "en": "-----Original Message-----\nFrom: Help Desk [mailto:help@shop.example]\n"
        "Sent: Monday, 3 November 2025 10:22",
        "it": "-----Messaggio originale-----\nDa: Help Desk [mailto:help@shop.example]\n"
        "Inviato: lunedì 3 novembre 2025 10.22",
        "de": "-----Ursprüngliche Nachricht-----\nVon: Help Desk [mailto:help@shop.example]\n"
        "Gesendet: Montag, 3. November 2025",
        "fr": "-----Message d'origine-----\nDe : Help Desk [mailto:help@shop.example]\n"
        "Envoyé : lundi 3 novembre 2025 10:22",
        "es": "-----Mensaje original-----\nDe: Help Desk [mailto:help@shop.example]\n"
        "Enviado el: lunes, 3 de noviembre de 2025",
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
        "en": "________________________________\nFrom: Help Desk <help@shop.example>\n"
        "Sent: Monday, November 3, 2025 10:22\n"
        "To: carla@customer.example <carla@customer.example>\nSubject: Your parcel",
        "it": "________________________________\nDa: Help Desk <help@shop.example>\n"
        "Inviato: lunedì 3 novembre 2025 10:22\n"
        "A: carla@customer.example <carla@customer.example>\nOggetto: Il suo pacco",
        "de": "________________________________\nVon: Help Desk <help@shop.example>\n"
        "Gesendet: Montag, 3. November 2025 10:22\n"
        "An: carla@customer.example <carla@customer.example>\nBetreff: Ihr Paket",
        "fr": "________________________________\nDe : Help Desk <help@shop.example>\n"
        "Envoyé : lundi 3 novembre 2025 10:22\n"
        "À : carla@customer.example <carla@customer.example>\nObjet : Votre colis",
        "es": "________________________________\nDe: Help Desk <help@shop.example>\n"
        "Enviado: lunes, 3 de noviembre de 2025 "
        "10:22\nPara: carla@customer.example <carla@customer.example>\nAsunto: Su paquete",
    },
    "samsung": {
        "en": "-------- Original message --------\nFrom: Help Desk <help@shop.example> \n"
        "Date: 03/11/2025  10:22  (GMT+01:00) \n"
        "To: carla@customer.example \nSubject: Your parcel ",
        "it": "-------- Messaggio originale --------\nDa: Help Desk <help@shop.example> \n"
        "Data: 03/11/25  10:22  (GMT+01:00) \n"
        "A: carla@customer.example \nOggetto: Il suo pacco ",
        "de": "-------- Ursprüngliche Nachricht --------\nVon: Help Desk <help@shop.example> \nDatum: 03.11.25  10:22  "
        "(GMT+01:00) \nAn: carla@customer.example \nBetreff: Ihr Paket ",
        "fr": "-------- Message d'origine --------\nDe : Help Desk <help@shop.example> \nDate : 03/11/2025  10:22  "
        "(GMT+01:00) \nÀ : carla@customer.example \nObjet : Votre colis ",
        "es": "-------- Mensaje original --------\nDe: Help Desk <help@shop.example> \n"
        "Fecha: 3/11/25  10:22  (GMT+01:00) \n"
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
        "es": "*De:* Help Desk <help@shop.example>\n*Enviado el:* lunes, 3 de noviembre de 2025 10:22\n"
        "*Para:* Carla Bianchi\n"
        "*Asunto:* RE: Su paquete",
    },
    "a regional webmail": {
        "en": "----- Original Message -----\nFrom: help@shop.example\nDate: Mon, 3 Nov 2025 10:22:00 +0100\n"
        "Subject: Your parcel",
        "it": "----Messaggio originale----\nDa: help@shop.example\nData: 3-nov-2025 10.22\n"
        "A: <carla@customer.example>\n"
        "Ogg: Il suo pacco",
        "de": "Gesendet: Montag, 03. November 2025 um 10:22 Uhr\nVon: \"Help Desk\" <help@shop.example>\nAn: "
        "carla@customer.example\nBetreff: Ihr Paket",
        "fr": "envoyé : 3 novembre 2025 à 10:22\nde : Help Desk <help@shop.example>\nà : carla@customer.example\n"
        "objet : Votre "
        "colis",
        "es": "----- Mensaje original -----\nDe: help@shop.example\nFecha: lunes, 3 de noviembre de 2025 10:22\n"
        "Asunto: Su "
        "paquete",
    },
}  # fmt: skip
