"""What is said with a file of ours, in few words: a page loads half a hundred of them."""


def add_static_headers(headers, path: str, _url: str) -> None:
    """It is what it says it is; a picture that can hold scripts runs none when it is opened by itself."""
    headers["X-Content-Type-Options"] = "nosniff"
    if path.endswith(".svg"):
        headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
