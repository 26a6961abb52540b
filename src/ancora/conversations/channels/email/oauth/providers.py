"""Where Google and Microsoft are asked, and what for."""

from dataclasses import dataclass
from urllib.parse import quote

from ancora.conversations.models import Provider, ProviderKind, SignIn

GOOGLE = "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"
MICROSOFT = "https://login.microsoftonline.com"
# Any organisation; the administrators of one write its name.
ANY_TENANT = "common"
_MICROSOFT_MAIL = "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
KINDS = {
    SignIn.GOOGLE: ProviderKind.GOOGLE,
    SignIn.MICROSOFT: ProviderKind.MICROSOFT,
    SignIn.MICROSOFT_APP: ProviderKind.MICROSOFT,
    SignIn.OTHER: ProviderKind.OTHER,
}


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a provider's mailboxes are: (IMAP host, IMAP port, SMTP host, SMTP port)."""

    imap_host: str
    imap_port: int
    smtp_host: str
    smtp_port: int


SERVERS = {
    ProviderKind.GOOGLE: Servers("imap.gmail.com", 993, "smtp.gmail.com", 587),
    ProviderKind.MICROSOFT: Servers("outlook.office365.com", 993, "smtp.office365.com", 587),
}


@dataclass(frozen=True, slots=True)
class Client:
    """This installation as a provider knows it, for one way to sign in. `extra`: what else the page of consent is
    told; `is_application`: no person is asked."""

    name: str
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    scopes: str
    extra: tuple[tuple[str, str], ...] = ()
    is_application: bool = False


def client_of(provider: Provider, sign_in: str) -> Client:
    """`KeyChanged` when the secret was stored under another key."""
    name = str(provider.get_kind_display()) if provider.kind != ProviderKind.OTHER else _host_of(provider.token_url)
    known = name, provider.client_id, provider.client_secret
    if sign_in == SignIn.GOOGLE:
        # Without both, Google gives a token that nobody can renew.
        extra = ("access_type", "offline"), ("prompt", "select_account consent")
        return Client(*known, *GOOGLE, "openid email https://mail.google.com/", extra)
    base = f"{MICROSOFT}/{quote(provider.tenant or ANY_TENANT, safe='')}/oauth2/v2.0"
    if sign_in == SignIn.MICROSOFT:
        scopes = f"openid email profile offline_access {_MICROSOFT_MAIL}"
        return Client(*known, f"{base}/authorize", f"{base}/token", scopes, (("prompt", "select_account"),))
    if sign_in == SignIn.MICROSOFT_APP:
        return Client(*known, "", f"{base}/token", "https://outlook.office365.com/.default", is_application=True)
    return Client(*known, provider.authorize_url, provider.token_url, provider.scopes)


def _host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or "?"
