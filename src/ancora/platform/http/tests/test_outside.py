"""What is asked of strangers' servers, and what never is."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ancora.platform.http import outside
from ancora.platform.http.outside import OutsideTrouble, get, is_public, permitting
from ancora.platform.http.tests.name_server import name_server
from ancora.platform.http.tests.strange_server import dripping, plain, sent_on, strange_server

PIXEL = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def here():
    with permitting("127.0.0.1"):
        yield


def trouble(address: str, **options) -> str:
    with pytest.raises(OutsideTrouble) as caught:
        get(address, **{"most_bytes": 1000, "seconds": 5, **options})
    return caught.value.reason


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "100.100.100.200",
     "168.63.129.16", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1",
     "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::a00:1",
     "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1"],
)  # fmt: skip
def test_inside_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_open_internet_is_public(address):
    assert is_public(ipaddress.ip_address(address))


def test_body_is_got_without_cookies_and_referrer(here):
    with strange_server(pixel=plain(PIXEL, "Set-Cookie: a=b")) as server:
        for _ in range(2):
            got = get(f"{server.place}/pixel", most_bytes=1000, seconds=5)
        assert (got.content, got.content_type, got.address) == (PIXEL, "image/png", f"{server.place}/pixel")
        lines = {
            line.partition(":")[0].lower() for request in server.heard for line in request.splitlines()[1:] if line
        }
        assert lines == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert "User-Agent: Ancora" in server.heard[0]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.com/x", "gopher://127.0.0.1/", "//example.com/x", "http://", "http:///x",
     "http://user:secret@example.com/", "http://[::1", "javascript:alert(1)", ""],
)  # fmt: skip
def test_only_web_addresses_are_asked(address):
    assert trouble(address) == "bad_address"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "0"]
)
def test_inside_is_not_reached_by_number(host):
    with strange_server(pixel=plain(PIXEL)) as server:
        assert trouble(f"http://{host}:{server.port}/pixel") in ("private", "unreachable", "bad_address")
        assert server.heard == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_name_that_leads_inside_is_refused(addresses):
    with strange_server(pixel=plain(PIXEL)) as server:
        place = f"http://evil.example:{server.port}/pixel"
        assert trouble(place, resolve=lambda host: addresses) == "private"
        assert server.heard == []


def test_name_is_resolved_once_and_that_address_is_used(here):
    asked = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with strange_server(pixel=plain(PIXEL)) as server:
        address = f"http://evil.example:{server.port}/pixel"
        assert get(address, most_bytes=1000, seconds=5, resolve=rebinding).content == PIXEL
        assert asked == ["evil.example"]
        assert f"evil.example:{server.port}" in server.heard[0]
        assert trouble(address, resolve=rebinding) == "private"


def test_redirect_is_followed_three_times_and_looked_at_each_time(here):
    with strange_server(
        a=sent_on("/b"), b=sent_on("/c"), c=sent_on("/pixel"), pixel=plain(PIXEL), round=sent_on("/round"),
        inside=sent_on("http://10.0.0.1/"), file=sent_on("file:///etc/passwd"), metadata=sent_on("http://evil.example/"),
    ) as server:  # fmt: skip
        assert get(f"{server.place}/a", most_bytes=1000, seconds=5).address == f"{server.place}/pixel"
        assert trouble(f"{server.place}/round") == "refused"
        assert server.paths().count("/round") == 4
        assert trouble(f"{server.place}/inside") == "private"
        assert trouble(f"{server.place}/file") in ("bad_address", "unreachable")
        assert trouble(f"{server.place}/metadata", resolve=lambda host: ["169.254.169.254"]) == "private"


def test_more_than_wanted_is_not_read(here):
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000
    with strange_server(said=plain(b"x" * 5000), unsaid=endless, drips=dripping(endless, b"x" * 500, 0)) as server:
        for path in ("said", "unsaid", "drips"):
            assert trouble(f"{server.place}/{path}") == "too_large"


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"],
    ids=["nothing", "header", "body"],
)
def test_slow_server_is_left_in_time(here, first):
    with strange_server(slow=dripping(first, b"x")) as server:
        start = time.monotonic()
        assert trouble(f"{server.place}/slow", seconds=0.6) in ("too_slow", "unreachable")
        assert time.monotonic() - start < 6


def test_what_is_packed_or_refused_or_broken_is_no_answer(here):
    with strange_server(
        packed=plain(b"x", "Content-Encoding: gzip"), gone=plain(b"", status="410 Gone"), broken=b"no HTTP\r\n\r\n"
    ) as server:
        assert trouble(f"{server.place}/packed") == "encoded"
        assert trouble(f"{server.place}/gone") == "refused"
        assert trouble(f"{server.place}/broken") == "unreachable"
    assert trouble(f"{server.place}/closed") == "unreachable"


def test_ports_of_other_services_are_not_asked(here):
    assert trouble("http://127.0.0.1:25/") == "bad_address"


def test_proxy_of_the_environment_is_not_used(here, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with strange_server(pixel=plain(PIXEL)) as server:
        assert get(f"{server.place}/pixel", most_bytes=1000, seconds=5).content == PIXEL


def self_signed(folder, name: str) -> ssl.SSLContext:
    """What a server has that calls itself `name` and is believed by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    since = datetime.datetime(2020, 1, 1)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1, since, since + datetime.timedelta(36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "pem").write_bytes(secret + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context


def test_certificate_nobody_vouches_for_is_not_taken(here, tmp_path):
    context = self_signed(tmp_path, "bank.example")

    def greet(link):
        with contextlib.suppress(OSError), context.wrap_socket(link, server_side=True) as safe:
            safe.recv(1000)
            safe.sendall(plain(PIXEL))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: greet(listener.accept()[0]), daemon=True).start()
        address = f"https://bank.example:{listener.getsockname()[1]}/"
        with pytest.raises(OutsideTrouble, match="CERTIFICATE_VERIFY_FAILED"):
            get(address, most_bytes=1000, seconds=5, resolve=lambda host: ["127.0.0.1"])


def test_names_are_resolved_by_dns():
    with name_server(A="pixel.example 93.184.216.34", AAAA="pixel.example 2606:4700::1111") as asked:
        assert sorted(outside.resolved("pixel.example")) == ["2606:4700::1111", "93.184.216.34"]
        for name in ("nobody.example", "..", "a" * 300):
            with pytest.raises(OutsideTrouble, match="unreachable"):
                outside.resolved(name)
    assert {"pixel.example", "nobody.example"} == set(asked)


def test_silent_dns_is_left_in_time():
    with name_server(silent="") as asked:
        start = time.monotonic()
        assert trouble("http://pixel.example/", seconds=1) == "too_slow"
        assert time.monotonic() - start < 10
    assert asked


def test_name_that_dns_leads_inside_is_refused():
    with name_server(A="evil.example 10.0.0.1"):
        assert trouble("http://evil.example/") == "private"
