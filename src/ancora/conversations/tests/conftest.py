"""Hooks, the providers that post to them, and the providers' own servers."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module

import pytest

from ancora.conversations.channels.email.hooks import amazon_ses
from ancora.conversations.tests.hook_peers.amazon import CERTIFICATE_URL, amazon_certificate
from ancora.conversations.tests.hook_peers.peer import PUBLIC, Peer, Post
from ancora.testing.threads import serve


@pytest.fixture
def public_address(cast):
    """The organisation is reached at the address that providers post to."""
    from ancora.platform.accounts.models import Organisation
    from ancora.platform.accounts.queries import forget_organisation

    Organisation.objects.update(public_address=PUBLIC)
    forget_organisation()
    return PUBLIC


@pytest.fixture
def hook_of(cast, mailbox, public_address):
    """`hook_of(peer)`: the hook that an administrator has made for it."""
    from ancora.conversations.commands.hooks import save_hook
    from ancora.conversations.models import InboundHook
    from ancora.platform.events.actors import Actor

    amazon_ses._certificates[CERTIFICATE_URL] = amazon_certificate()

    def make(peer: Peer, **fields) -> InboundHook:
        typed = fields.pop("typed", peer.fields)
        hook = InboundHook(provider=peer.provider, name=type(peer).__name__, **fields)
        return save_hook(hook, typed=typed, actor=Actor.human(cast.anna))

    return make


@pytest.fixture
def post(client_of):
    """`post(peer, hook, what)`: the provider's request as it comes over the public address; gives the status."""

    def send(peer: Peer, hook, what: Post, **options) -> int:
        client = client_of()
        client.raise_request_exception = False
        headers = {"host": PUBLIC.removeprefix("https://"), **what.headers}
        return client.post(
            peer.address(hook), what.body, content_type=what.content_type, headers=headers, secure=True, **options
        ).status_code

    return send


@pytest.fixture
def provider_server(monkeypatch):
    """`provider_server(peer, raw)`: the provider's own server, from which it lets fetch the mail `raw`."""
    servers = []

    def start(peer: Peer, raw: bytes) -> list[str]:
        asked, answers = [], peer.answers(raw) if hasattr(peer, "answers") else {}
        server = ThreadingHTTPServer(("127.0.0.1", 0), answering(answers, asked))
        servers.append(server)
        serve(server)
        here = f"http://127.0.0.1:{server.server_port}"
        for path, (name, value, kind, body) in list(answers.items()):
            answers[path] = (name, value, kind, body.replace(b"{here}", here.encode()))
        module = import_module(f"ancora.conversations.channels.email.hooks.{peer.provider}")
        if hasattr(module, "API"):
            monkeypatch.setattr(module, "API", here)
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answering(answers: dict, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            asked.append(self.path)
            name, value, kind, body = answers.get(self.path, ("", "", "application/json", None))
            if body is None or (name and self.headers.get(name) != value):
                self.send_error(404 if body is None else 401)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments) -> None:
            pass

    return Answering
