"""For the few queries that every page asks, written in SQL because building them costs more than running them."""

from collections.abc import Container

from django.db.models import Model


def columns(model: type[Model], alias: str, *, without: Container[str] = ()) -> str:
    """The columns of a model for `objects.raw`, of a table called `alias`; what is left out is fetched when asked."""
    fields = (field for field in model._meta.concrete_fields if field.name not in without)
    return ", ".join(f'{alias}."{field.column}"' for field in fields)
