"""Reading DATABASE_URL."""

import pytest

from ancora.platform.database import DatabaseError, settings_from


@pytest.mark.parametrize(
    ("address", "name", "user", "password", "host", "port", "options"),
    [
        ("postgres://u:p@db.example:5433/ancora", "ancora", "u", "p", "db.example", "5433", {}),
        ("postgresql://u@db/ancora", "ancora", "u", "", "db", "", {}),
        ("  postgres://u:p@db/ancora\n", "ancora", "u", "p", "db", "", {}),
        ("postgres://u%40firm:p%3A%2F%3F%23%25+%C3%A8@db/my%20base", "my base", "u@firm", "p:/?#%+è", "db", "", {}),
        ("postgres://u:p#x@db/ancora", "ancora", "u", "p#x", "db", "", {}),
        ("postgres://u:a@b@db/ancora", "ancora", "u", "a@b", "db", "", {}),
        ("postgres:///ancora?host=/var/run/postgresql", "ancora", "", "", "/var/run/postgresql", "", {}),
        ("postgres://u:p@%2Frun%2Fpg/ancora", "ancora", "u", "p", "/run/pg", "", {}),
        ("postgres:///?dbname=a&user=u&password=p%26q&host=h&port=6000", "a", "u", "p&q", "h", "6000", {}),
        ("postgres://u@[::1]:5432/ancora", "ancora", "u", "", "::1", "5432", {}),
        ("postgres://u@one:1,two:2/ancora", "ancora", "u", "", "one,two", "1,2", {}),
        ("postgres://ancora@db", "ancora", "ancora", "", "db", "", {}),
        (
            "postgres://u@db/a?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&options=-c%20search_path%3Dx",
            "a", "u", "", "db", "",
            {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "options": "-c search_path=x"},
        ),
    ],
)  # fmt: skip
def test_address_is_read_as_libpq_reads_it(address, name, user, password, host, port, options):
    assert settings_from(address) == {
        "NAME": name, "USER": user, "PASSWORD": password, "HOST": host, "PORT": port, "OPTIONS": options,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "begin with postgres://"),
        ("mysql://u:secret@db/a", "begin with postgres://"),
        ("host=db password=secret", "begin with postgres://"),
        ("postgres://", "name of the database is missing"),
        ("postgres://:secret@db", "name of the database is missing"),
        ("postgres://u:secret@db:99999/a", "port"),
        ("postgres://u:secret@db:http/a", "port"),
        ("postgres://u:sec/ret@db/a", "must be written as"),
        ("postgres://u:secret%@db/a", "two hexadecimal digits"),
        ("postgres://u:secret%FF@db/a", "not UTF-8"),
        ("postgres://u:secret@[::1/a", "brackets"),
        ("postgres://u:secret@db/a?sslmod=require", "sslmod"),
        ("postgres://u:secret@db/a/b", "slash"),
        ("postgres://u:secret%00@db/a", "zero byte"),
    ],
)
def test_nonsense_is_refused_with_its_reason_and_without_the_password(address, reason):
    with pytest.raises(DatabaseError, match=reason) as refused:
        settings_from(address)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
