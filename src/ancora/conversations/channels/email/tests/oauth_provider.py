"""A provider of OAuth on loopback: a page of consent, tokens with PKCE, introspection for dovecot; and such a dovecot.

As strict as the real ones: codes work once, secrets, redirect addresses and verifiers are compared.
"""

import base64
import hashlib
import html
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlencode, urlsplit

from ancora.conversations.channels.email.tests.mail_servers import Dovecot
from ancora.testing.threads import serve

CLIENT_ID, CLIENT_SECRET = "ancora-of-the-test", "client secret"
SCOPE = "mail offline"
PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf.ext
}}
"""
OAUTH2_CONF = """
introspection_url = {address}/introspect
introspection_mode = post
username_attribute = email
active_attribute = active
active_value = true
"""


class OAuthProvider:
    """`address` is its beginning; `requests` lists (grant type, answered with) of the token endpoint.

    Set `lifetime` (seconds), `rotates` (a refresh token works once), `failure` ((status, JSON, headers): the answer to
    everything at the token endpoint), or `revoke()`.
    """

    def __init__(self) -> None:
        self.lifetime, self.rotates, self.failure = 3600, False, None
        self.requests: list[tuple[str, int]] = []
        self.tokens: dict[str, tuple[str, float]] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.codes: dict[str, dict] = {}
        self.account = "support@shop.example"
        # Held while the token endpoint works, for tests that let two workers meet there.
        self.gate = threading.Lock()
        self._numbers = itertools.count(1)
        provider = self

        class Page(_Page):
            owner = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        serve(self._server)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def give(self, account: str) -> dict:
        """New tokens for somebody's mailbox, as after a consent."""
        number = next(self._numbers)
        access, refresh = f"access-{number}", f"refresh-{number}"
        self.tokens[access] = (account, time() + self.lifetime)
        self.refresh_tokens[refresh] = account
        return {"access_token": access, "refresh_token": refresh, "expires_in": self.lifetime, "token_type": "Bearer"}

    def revoke(self) -> None:
        """The consent is taken back: nothing works any more."""
        self.tokens.clear()
        self.refresh_tokens.clear()

    def expire(self) -> None:
        """Every access token is old now; refresh tokens go on."""
        self.tokens.clear()

    def asked(self, grant_type: str) -> int:
        return sum(kind == grant_type for kind, _status in self.requests)

    def code_for(self, query: dict) -> str:
        code = f"code-{next(self._numbers)}"
        self.codes[code] = query
        return code

    def answer_token(self, form: dict) -> tuple[int, dict, dict]:
        if self.failure is not None:
            return self.failure
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client", "error_description": "The secret has expired."}, {}
        kind = form.get("grant_type")
        if kind == "client_credentials" and form.get("scope"):
            given = self.give(self.account)
            return 200, {key: value for key, value in given.items() if key != "refresh_token"}, {}
        if kind == "authorization_code":
            return self._redeemed(form)
        account = self.refresh_tokens.get(form.get("refresh_token"))
        if kind != "refresh_token" or account is None:
            return 400, {"error": "invalid_grant", "error_description": "Token has been revoked."}, {}
        given = self.give(account)
        if self.rotates:
            del self.refresh_tokens[form["refresh_token"]]
        else:
            given.pop("refresh_token")
        return 200, given, {}

    def _redeemed(self, form: dict) -> tuple[int, dict, dict]:
        query = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if query is None or query["redirect_uri"] != form.get("redirect_uri") or query["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant", "error_description": "Malformed code."}, {}
        claims = base64.urlsafe_b64encode(json.dumps({"email": self.account}).encode()).decode().rstrip("=")
        return 200, {**self.give(self.account), "id_token": f"e30.{claims}.x"}, {}

    def introspected(self, token: str) -> dict:
        account, ends = self.tokens.get(token, ("", 0))
        return {"active": True, "email": account} if time() < ends else {"active": False}


class _Page(BaseHTTPRequestHandler):
    owner: OAuthProvider

    def do_GET(self) -> None:
        """The page of consent, plain as can be; its links lead back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        wanted = ("redirect_uri", "state", "code_challenge", "scope")
        if query.get("client_id") != CLIENT_ID or not all(query.get(name) for name in wanted):
            self._say(400, b"<title>Bad request</title><h1>This request is malformed</h1>")
            return
        yes = urlencode({"code": self.owner.code_for(query), "state": query["state"]})
        no = urlencode({"error": "access_denied", "state": query["state"]})
        links = "".join(
            f'<p><a href="{html.escape(query["redirect_uri"])}?{html.escape(words)}">{name}</a></p>'
            for words, name in ((yes, "Allow"), (no, "Deny"))
        )
        page = f'<!doctype html><html lang="en"><title>Consent</title><h1>Read and send your mail?</h1>{links}</html>'
        self._say(200, page.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path == "/introspect":
            self._say(200, json.dumps(self.owner.introspected(form.get("token", ""))).encode(), json_type=True)
            return
        with self.owner.gate:
            status, words, headers = self.owner.answer_token(form)
        self.owner.requests.append((form.get("grant_type", ""), status))
        self._say(status, json.dumps(words).encode(), json_type=True, **headers)

    def _say(self, status: int, body: bytes, *, json_type: bool = False, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if json_type else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words) -> None:
        """Nothing on the terminal."""


class OAuthDovecot(Dovecot):
    """A dovecot that takes tokens of a provider, and passwords besides."""

    def __init__(self, folder, provider: OAuthProvider) -> None:
        super().__init__(folder)
        (folder / "oauth2.conf.ext").write_text(OAUTH2_CONF.format(address=provider.address))
        conf = folder / "dovecot.conf"
        words = conf.read_text().replace(
            "auth_mechanisms = plain login", "auth_mechanisms = plain login xoauth2 oauthbearer"
        )
        conf.write_text(words.replace("passdb {", PASSDB.format(folder=folder) + "passdb {", 1))
