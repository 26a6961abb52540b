"""Pages that really break, each in its way."""

import os

from django.db import connection
from django.urls import path

handler500 = "ancora.platform.http.errors.broken"


def disk(request):
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        os.write(descriptor, b"more")
    finally:
        os.close(descriptor)


def database_disk(request):
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")


def program(request):
    return 1 // 0


def statement(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


urlpatterns = [
    path("disk/", disk),
    path("database-disk/", database_disk),
    path("program/", program),
    path("statement/", statement),
]
