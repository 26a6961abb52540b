"""The HTML in which mail programs wrap new words, signatures and quotes.

`{new}` and `{old}` are paragraphs in the program's own manner, `{line}` its attribution, `{head}` its header \
lines, and
`{sign}` what it adds or the person has configured.
"""

GMAIL = """<div dir="ltr">{new}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" \
class="gmail_attr">\
{line}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid \
rgb(204,204,204)">\
<div dir="ltr">{old}</div></blockquote></div>"""
GMAIL_SIGNED = """<div dir="ltr">{new}<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- \
</span><br>\
<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr">{sign}</div></div></div><br>\
<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{line}<br></div><blockquote \
class="gmail_quote"><div>{old}</div>\
</blockquote></div>"""
GMAIL_PHONE = """<div dir="auto">{new}</div><br><div class="gmail_quote"><div dir="ltr" \
class="gmail_attr">{line}<br></div>\
<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{old}</blockquote></div>"""
OUTLOOK_DESKTOP = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal \
{{margin:0cm}}</style></head>\
<body lang="IT" link="#0563C1"><div class="WordSection1">{new}<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div>\
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p \
class="MsoNormal">{head}<o:p></o:p></p>\
</div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>{old}</div></body></html>"""
OUTLOOK_NEW = """<html><head></head><body><div class="elementToProof" style="font-family: Aptos, sans-serif; \
font-size: 12pt;">\
{new}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div \
id="divRplyFwdMsg" \
dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" \
color="#000000">{head}</font><div>&nbsp;</div></div>\
<div dir="ltr">{old}</div></body></html>"""
OUTLOOK_NEW_SIGNED = """<html><body><div class="elementToProof">{new}</div><div class="elementToProof" \
id="Signature"><div>{sign}</div>\
</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" \
dir="ltr">{head}\
<div>&nbsp;</div></div><div>{old}</div></body></html>"""
OUTLOOK_PHONE = """<html><body><div dir="ltr" style="font-family: Aptos;">{new}</div><div \
id="ms-outlook-mobile-body-separator-line" \
dir="ltr"><br></div><div id="ms-outlook-mobile-signature" dir="ltr"><div>{sign}</div></div><div \
id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message"><hr \
style="display:inline-block;\
width:98%"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{head}<br></font></div>{old}</div></body></html>"""
OUTLOOK_MAC = """<html><body><div class="WordSection1">{new}<div \
id="mail-editor-reference-message-container"><div><div \
style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal" \
style="margin-bottom:12.0pt">\
{head}</p></div>{old}</div></div></div></body></html>"""
OUTLOOK_2003 = """<div>{new}</div><div><br></div><div class="OutlookMessageHeader" lang="en" dir="ltr" \
align="left"><hr \
tabindex="-1"><font face="Tahoma" size="2">{head}</font><br></div><div>{old}</div>"""
APPLE = """<html><head></head><body style="overflow-wrap: break-word;">{new}<br \
id="lineBreakAtBeginningOfMessage"><div><br>\
<blockquote type="cite"><div>{line}</div><br \
class="Apple-interchange-newline"><div>{old}</div></blockquote></div><br></body>\
</html>"""
APPLE_PHONE = """<html><body dir="auto">{new}<br id="lineBreakAtBeginningOfSignature"><div \
dir="ltr">{sign}</div><div dir="ltr"><br>\
<blockquote type="cite">{line}<br><br></blockquote></div><blockquote type="cite"><div \
dir="ltr">{old}</div></blockquote></body>\
</html>"""
YAHOO = """<html><head></head><body><div class="ydp1a2byahoo-style-wrap" \
style="font-family:Helvetica;font-size:13px;"><div \
dir="ltr">{new}</div><div><br></div></div><div id="yahoo_quoted_3571" class="yahoo_quoted"><div \
style="font-size:13px;">\
<div>{line}</div><div><br></div><div><br></div><div>{old}</div></div></div></body></html>"""
THUNDERBIRD = """<html><head></head><body>{new}<div class="moz-cite-prefix">{line}<br></div><blockquote type="cite" \
cite="mid:1@shop.example">{old}</blockquote></body></html>"""
THUNDERBIRD_SIGNED = """<html><body>{new}<div class="moz-signature">-- <br>{sign}</div><div \
class="moz-cite-prefix">{line}<br></div>\
<blockquote type="cite" cite="mid:1@shop.example">{old}</blockquote></body></html>"""
SAMSUNG = """<html><body dir="auto"><div dir="auto">{new}</div><div dir="auto"><br></div><div \
id="composer_signature" dir="auto">\
<div style="font-size:12px;color:#575757" dir="auto">{sign}</div></div><div \
dir="auto"><br></div><div><br></div><div align="left" \
dir="auto" style="font-size:100%;color:#000000"><div>-------- Original message --------</div>{rows}</div><div \
dir="auto"><br>\
</div>{old}</body></html>"""
K9 = """<html><body>{new}<br><br><div class="gmail_quote">{line}<blockquote class="gmail_quote" style="margin: 0pt \
0pt 0pt 0.8ex;\
 border-left: 1px solid rgb(204, 204, 204);">{old}</blockquote></div></body></html>"""
PROTON = """<div style="font-family: Arial; font-size: 14px;">{new}</div><div \
class="protonmail_signature_block"><div \
class="protonmail_signature_block-user">{sign}</div></div><div class="protonmail_quote">{line}<br><br><blockquote \
class="protonmail_quote" type="cite">{old}</blockquote><br></div>"""
ZOHO = """<div style="font-family: Verdana; font-size: 10pt;">{new}<div><br></div><div id="Zm-_Id_-Sgn" \
data-zbluepencil-ignore="true" \
class="zmail_signature">{sign}</div><div class="zmail_extra_hr" style="border-top: 1px solid #ccc;"><br></div><div \
class="zmail_extra" data-zbluepencil-ignore="true"><div><br></div><div \
id="Zm-_Id_-Sgn1">{line}<br></div><div>{old}</div></div>\
</div>"""
WEBDE = """<html><body><div style="font-family: Verdana;font-size: 12.0px;">{new}<div>&nbsp;<div>&nbsp;<div \
name="quote" \
style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5; word-wrap: \
break-word;"><div \
style="margin:0 0 10px 0;">{head}</div><div name="quoted-content">{old}</div></div></div></div></div></body></html>"""
OPEN_XCHANGE = """<!doctype html><html><body>{new}<div class="io-ox-signature">{sign}</div><blockquote \
type="cite"><div>{line}</div>\
<div>&nbsp;</div><div>&nbsp;</div>{old}</blockquote></body></html>"""
ROUNDCUBE = """<html><body style='font-size: 10pt'>{new}<div id="_rc_sig">{sign}</div><p \
id="reply-intro">{line}</p><blockquote \
type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: \
0"><div>{old}</div></blockquote></body></html>"""
ZIMBRA = """<html><body><div style="font-family: arial; font-size: 12pt;">{new}<div><br></div><div \
data-marker="__SIG_PRE__">{sign}</div>\
<div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div \
data-marker="__HEADERS__">{head}</div><div><br></div><div \
data-marker="__QUOTED_TEXT__">{old}</div></div></body></html>"""
HORDE = """<html><body><p>{new}</p><p>{line}</p><blockquote type="cite" style="border-left:2px solid \
blue;margin-left:2px;">\
{old}</blockquote></body></html>"""
SPARK = """<html><body><div name="messageBodySection"><div dir="auto">{new}</div></div><div \
name="messageSignatureSection"><br>\
<div dir="auto">{sign}</div></div><div name="messageReplySection">{line}<br><blockquote type="cite" \
style="border-left-color: grey;">{old}</blockquote></div></body></html>"""
SPARK_BARE = SPARK.replace("<blockquote", "<div").replace("</blockquote>", "</div>")
WINDOWS_MAIL = """<html><body lang="en"><div class="WordSection1">{new}<p \
class="MsoNormal"><o:p>&nbsp;</o:p></p><div \
style="mso-element:para-border-div;border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p \
class="MsoNormal" \
style="border:none;padding:0cm">{head}</p></div><p class="MsoNormal">{old}</p></div></body></html>"""
TUTA = """<html><body>{new}<br><br><div class="tutanota_quote"><div>{line}</div><blockquote \
class="tutanota_quote">{old}</blockquote>\
</div></body></html>"""
HEADER_BY_HR = """<div>{new}<br><br><hr>{head}<br><br>{old}</div>"""

# program: (HTML, manner of the new words, which line)
PROGRAMS = {
    "gmail web": (GMAIL, "div", "gmail web"),
    "gmail web with a signature": (GMAIL_SIGNED, "div", "gmail web"),
    "gmail android": (GMAIL_PHONE, "div", "gmail android"),
    "outlook desktop": (OUTLOOK_DESKTOP, "mso", "outlook desktop"),
    "outlook new and web": (OUTLOOK_NEW, "div", "outlook desktop"),
    "outlook new with a signature": (OUTLOOK_NEW_SIGNED, "div", "outlook desktop"),
    "outlook phone": (OUTLOOK_PHONE, "div", "outlook desktop"),
    "outlook for mac": (OUTLOOK_MAC, "mso", "outlook for mac"),
    "outlook 2003": (OUTLOOK_2003, "div", "outlook desktop"),
    "apple mail macos": (APPLE, "div", "apple mail macos"),
    "apple mail ios": (APPLE_PHONE, "div", "apple mail macos"),
    "yahoo web": (YAHOO, "div", "yahoo web"),
    "thunderbird": (THUNDERBIRD, "p", "thunderbird"),
    "thunderbird with a signature": (THUNDERBIRD_SIGNED, "p", "thunderbird"),
    "samsung": (SAMSUNG, "div", "samsung"),
    "k-9": (K9, "br", "k-9"),
    "proton": (PROTON, "div", "proton"),
    "zoho": (ZOHO, "div", "zoho"),
    "web.de, gmx": (WEBDE, "div", "a regional webmail"),
    "open-xchange (ionos, libero)": (OPEN_XCHANGE, "div", "open-xchange (ionos, libero)"),
    "roundcube": (ROUNDCUBE, "p", "roundcube"),
    "zimbra": (ZIMBRA, "div", "outlook desktop"),
    "horde": (HORDE, "br", "horde"),
    "spark": (SPARK, "div", "spark"),
    "spark without quote": (SPARK_BARE, "div", "spark"),
    "windows mail": (WINDOWS_MAIL, "mso", "outlook desktop"),
    "tuta": (TUTA, "br", "horde"),
    "header below a rule": (HEADER_BY_HR, "br", "outlook for mac"),
}


def shown(text: str, manner: str) -> str:
    """Paragraphs of plain text in the manner of a program."""
    lines = text.split("\n")
    if manner == "br":
        return "<br>".join(lines)
    if manner == "p":
        return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))
    if manner == "mso":
        return "".join(f'<p class="MsoNormal">{line or "<o:p>&nbsp;</o:p>"}</p>' for line in lines)
    return "".join(f"<div>{line or '<br>'}</div>" for line in lines)
