"""Password and a code from the telephone."""

import base64
import hmac
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret


def _code(secret: str) -> str:
    """RFC 6238 with SHA-1, six digits and thirty seconds, as authenticator apps do it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def _signing_in(client, cast):
    answer = client.post("/accounts/login/", {"login": "marco@example.com", "password": cast.password})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")


def test_second_step_opens_with_the_code_of_the_app(cast, client_of):
    secret = generate_totp_secret()
    TOTP.activate(cast.marco, secret)
    client = client_of()
    _signing_in(client, cast)
    assert client.get("/settings/mine/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000" if _code(secret) != "000000" else "000001"})
    assert wrong.status_code == 200
    assert 'class="error"' in wrong.text
    assert client.post("/accounts/2fa/authenticate/", {"code": _code(secret)}).status_code == 302
    assert client.get("/settings/mine/").status_code == 200


def test_app_is_set_up_after_asking_for_the_password_again(cast, client_of):
    client = client_of()
    client.post("/accounts/login/", {"login": "anna@example.com", "password": cast.password})
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if "Is it you?" in page.text:
        again = {"password": cast.password, "next": "/accounts/2fa/totp/activate/"}
        page = client.post(page.redirect_chain[-1][0], again, follow=True)
    secret = page.text.split('id="authenticator_secret">')[1].split("<")[0]
    assert client.post("/accounts/2fa/totp/activate/", {"code": _code(secret)}).status_code == 302
    assert Authenticator.objects.filter(user=cast.anna, type="totp").exists()
    assert "two-step sign-in" in client.get("/settings/people/").text


def test_administrator_helps_somebody_who_lost_the_telephone(cast, client_of):
    TOTP.activate(cast.marco, generate_totp_secret())
    assert client_of(cast.lena).post(f"/settings/people/{cast.marco.pk}/second-factor/").status_code == 404
    assert client_of(cast.anna).post(f"/settings/people/{cast.marco.pk}/second-factor/").status_code == 302
    answer = client_of().post("/accounts/login/", {"login": "marco@example.com", "password": cast.password})
    assert answer["Location"] == "/"


def test_too_many_wrong_passwords_are_held_up(cast, client_of):
    client = client_of()
    for _ in range(5):
        client.post("/accounts/login/", {"login": "marco@example.com", "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": "marco@example.com", "password": cast.password})
    assert "Too many attempts" in answer.text
