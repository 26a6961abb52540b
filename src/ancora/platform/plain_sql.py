"""For the few queries that every page asks, written in SQL because building them costs more than running them."""

import functools
from collections.abc import Container
from typing import NamedTuple

from django.db import connection
from django.db.models import Model


def columns(model: type[Model], alias: str, *, without: Container[str] = ()) -> str:
    """The columns of a model for `objects.raw` or `read`, of a table called `alias`; what is left out, which only
    `raw` can, is fetched when asked."""
    fields = (field for field in model._meta.concrete_fields if field.name not in without)
    return ", ".join(f'{alias}."{field.column}"' for field in fields)


def read(sql: str, parameters: list | dict, *models: type[Model]) -> list[tuple]:
    """Rows that begin with the `columns` of these models, in this order: each as an object, None where a join found
    nothing; what follows in the row stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    parts = _parts(models)
    rest = parts[-1].place.stop if parts else 0
    return [(*(part.of(row) for part in parts), *row[rest:]) for row in rows]


def objects(sql: str, parameters: list | dict, model: type[Model]) -> list[Model]:
    """`read` for rows of one model and nothing else."""
    return [row[0] for row in read(sql, parameters, model)]


def hold(holder: Model, **related: Model | None) -> None:
    """Let an object know its related ones, as `select_related` does."""
    holder._state.fields_cache.update(related)


class _Part(NamedTuple):
    """What a row says of one model. converted: values that its fields read in a way of their own."""

    model: type[Model]
    names: list[str]
    key: int
    place: slice
    converted: list[tuple]

    def of(self, row: tuple) -> Model | None:
        if row[self.key] is None:
            return None
        values = list(row[self.place])
        for position, convert, expression in self.converted:
            values[position] = convert(values[position], expression, connection)
        return self.model.from_db(connection.alias, self.names, values)


@functools.cache
def _parts(models: tuple[type[Model], ...]) -> list[_Part]:
    parts, start = [], 0
    for model in models:
        fields = model._meta.concrete_fields
        converted = [
            (position, convert, field.cached_col)
            for position, field in enumerate(fields)
            for convert in field.get_db_converters(connection)
        ]
        place = slice(start, start + len(fields))
        key = start + fields.index(model._meta.pk)
        parts.append(_Part(model, [field.attname for field in fields], key, place, converted))
        start = place.stop
    return parts
