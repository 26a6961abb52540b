"""A program that talks to the API with somebody's token."""

from django.test import Client

from ancora.platform.accounts.commands import create_token

ROOT = "/api/v1"


class Program:
    """`get("/cases", status="open")` and so on; the answer's JSON is in `.json()`."""

    def __init__(self, user=None, token: str | None = None):
        self.token = token or (create_token(user, name="test") if user else None)
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, **query):
        return self._client.get(ROOT + path, query, headers=self._headers())

    def post(self, path: str, body: dict | str | bytes = b"", *, key=None):
        return self._send(self._client.post, path, body, key)

    def put(self, path: str, body: dict):
        return self._send(self._client.put, path, body, None)

    def patch(self, path: str, body: dict):
        return self._send(self._client.patch, path, body, None)

    def delete(self, path: str):
        return self._client.delete(ROOT + path, headers=self._headers())

    def _send(self, method, path, body, key):
        headers = self._headers() | ({"Idempotency-Key": str(key)} if key else {})
        return method(ROOT + path, body, content_type="application/json", headers=headers)

    def _headers(self) -> dict:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}
