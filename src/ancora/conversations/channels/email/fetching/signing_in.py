"""How we prove to an IMAP server who we are: with a password, or with a token."""

import base64

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.threads import in_database
from ancora.conversations.channels.email.fetching.wire import Done, ImapTrouble, Wire, quoted, refused
from ancora.conversations.channels.email.oauth import sasl
from ancora.conversations.channels.email.oauth.access import Access
from ancora.conversations.channels.email.oauth.trouble import OAuthTrouble
from ancora.conversations.channels.email.smtp import Account


async def sign_in(wire: Wire, capabilities: set[str], account: Account) -> None:
    """As `account` says; `ImapTrouble` with the server's words when it does not let us."""
    if account.access is not None:
        await _with_token(wire, capabilities, account, account.access)
        return
    if "AUTH=PLAIN" in capabilities:
        # Takes any letters, which LOGIN does not.
        secret = base64.b64encode(f"\0{account.user}\0{account.password}".encode())
        done = await wire.command("AUTHENTICATE PLAIN", continuation=lambda _said: secret)
    elif "LOGINDISABLED" in capabilities:
        words = {"host": account.host}
        raise ImapTrouble(_("%(host)s lets nobody sign in without TLS or STARTTLS.") % words, "tls")
    else:
        done = await wire.command(f"LOGIN {quoted(account.user)} {quoted(account.password)}")
    if done.status != "OK":
        words = {"host": account.host, "answer": done.text}
        message = _("%(host)s does not accept user name and password: %(answer)s") % words
        raise refused(account.host, done.text, ImapTrouble(message, "password"))


async def _with_token(wire: Wire, capabilities: set[str], account: Account, access: Access) -> None:
    """A token that is refused is renewed, and shown, once."""
    try:
        token = await in_database(access.token)
        refusal = await _show(wire, capabilities, account, token)
        if refusal is None:
            return
        try:
            token = await in_database(access.token_after, token)
        except OAuthTrouble as trouble:
            raise (ImapTrouble(refusal, "token") if trouble.reason == "token" else trouble) from trouble
    except OAuthTrouble as trouble:
        raise ImapTrouble(str(trouble), trouble.reason) from trouble
    refusal = await _show(wire, capabilities, account, token)
    if refusal is not None:
        raise ImapTrouble(refusal, "token")


async def _show(wire: Wire, capabilities: set[str], account: Account, token: str) -> str | None:
    """Why the server refuses this token; None when it does not."""
    mechanism = sasl.chosen(name.removeprefix("AUTH=") for name in capabilities if name.startswith("AUTH="))
    first = sasl.first_words(mechanism, account.user, token, account.host, account.port)
    to_say = [sasl.last_words(mechanism)]
    line = f"AUTHENTICATE {mechanism}"
    if "SASL-IR" in capabilities:
        line = f"{line} {first.decode()}"
    else:
        to_say.insert(0, first)
    heard: list[bytes] = []

    def answer(said: bytes) -> bytes:
        heard.append(said)
        # A server that goes on asking is cancelled (RFC 9051, 6.2.2).
        return to_say.pop(0) if to_say else b"*"

    done: Done = await wire.command(line, continuation=answer)
    if done.status == "OK":
        return None
    refusal = sasl.refusal(account.host, heard[-1] if heard else b"", done.text)
    trouble = refused(account.host, done.text, ImapTrouble(refusal, "token"))
    if trouble.reason != "token":
        raise trouble
    return refusal
