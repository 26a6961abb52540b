"""The website of a shop, at an origin of its own and as strict as a website can be: it allows the chat, and nothing
else of anybody."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Lume</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<script async src="{chat}widget.js" data-identity="{identity}"></script></head>
<body><main><h1>Lume</h1><p>Cups</p></main></body></html>"""
POLICY = (
    "default-src 'none'; script-src {host}; frame-src {host}; style-src 'none'; img-src data:;"
    " require-trusted-types-for 'script'"
)


class Website(ThreadingHTTPServer):
    """`chat`: the address of the chat on it · `identity`: what it says of who is signed in."""

    chat = identity = ""
    language = "en"
    daemon_threads = True

    @property
    def address(self) -> str:
        # Another site than the product's http://localhost.
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        shop = self.server
        page = PAGE.format(chat=shop.chat, identity=shop.identity, language=shop.language).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY.format(host=shop.chat.partition("/chat/")[0]))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *words):
        pass


@contextlib.contextmanager
def website():
    """Serves until the block ends."""
    server = Website(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
