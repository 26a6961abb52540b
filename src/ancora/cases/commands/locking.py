"""One change at a time per case."""

from ancora.cases.models import Case


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends; the caller's object is brought up to date too."""
    fresh = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    for field in Case._meta.concrete_fields:
        setattr(case, field.attname, getattr(fresh, field.attname))
    return case


def save(case: Case, *fields: str) -> None:
    """Write the changed fields and raise the version."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])
