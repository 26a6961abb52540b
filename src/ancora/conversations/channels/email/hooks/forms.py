"""Posts in the form of HTML forms, with fields whose bytes count."""

import hashlib
from io import BytesIO
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser


def field_bytes(request: HttpRequest, name: str) -> bytes | None:
    """A field as it was sent, whatever its charset; None when it is not there.

    Every byte is a character in Latin-1; `request.POST` would have replaced those that are no UTF-8.
    """
    if request.content_type == "multipart/form-data":
        uploads = [load_handler(one, request) for one in settings.FILE_UPLOAD_HANDLERS]
        fields, _files = MultiPartParser(request.META, BytesIO(request.body), uploads, "latin-1").parse()
        return fields[name].encode("latin-1") if name in fields else None
    pairs = parse_qsl(request.body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return next((value.encode("latin-1") for key, value in pairs if key == name), None)


def digest_of(request: HttpRequest, *without: str) -> str:
    """The same for the same fields and files, except those named."""
    hashed = hashlib.sha256()
    for name in sorted(set(request.POST) - set(without)):
        hashed.update(f"{name}\0{request.POST.getlist(name)}\0".encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            hashed.update(f"{name}\0{file.name}\0".encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                hashed.update(chunk)
            file.seek(0)
    return hashed.hexdigest()
