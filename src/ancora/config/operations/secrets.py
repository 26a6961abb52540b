"""Whether the key of this installation is the one by which its secrets were encrypted."""

from pathlib import Path


def is_key_of(token: str) -> bool:
    """True when `token` was made with the present key; also when there is none."""
    from ancora.platform.keys import KeyChanged, decrypt

    try:
        return not token or bool(decrypt(token))
    except KeyChanged:
        return False


def unreadable_secrets() -> list[tuple[str, int]]:
    """(field, number of rows) for every stored secret that the present key does not open."""
    from django.apps import apps
    from django.db import connection

    from ancora.platform.keys import SecretField

    fields = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, SecretField)]
    found = []
    with connection.cursor() as cursor:
        for field in fields:
            table, column = field.model._meta.db_table, field.column
            cursor.execute(f"""SELECT "{column}" FROM "{table}" WHERE "{column}" <> ''""")  # noqa: S608
            count = sum(not is_key_of(token) for (token,) in cursor.fetchall())
            if count:
                found.append((f"{field.model._meta.verbose_name}: {field.verbose_name}", count))
    return found


def key_words() -> str:
    from django.conf import settings

    return (
        "The key of this installation is not the one by which the stored secrets were encrypted, so the passwords of "
        f"mailboxes cannot be read. Put the former key into {Path(settings.ANCORA_HOME) / 'key'} (or ANCORA_KEY) and "
        "start again; if it is lost, type the passwords anew."
    )
