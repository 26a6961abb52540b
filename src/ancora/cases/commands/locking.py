"""One change at a time per case."""

from ancora.cases.models import Case


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends; the caller's object is brought up to date too."""
    locked_together(case)
    return case


def locked_together(*cases: Case) -> None:
    """As `locked`, for several; in the order of their ids, so that two of us never wait for each other."""
    wanted = {case.pk for case in cases}
    fresh = {one.pk: one for one in Case.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")}
    for case in cases:
        for field in Case._meta.concrete_fields:
            setattr(case, field.attname, getattr(fresh[case.pk], field.attname))


def save(case: Case, *fields: str) -> None:
    """Write the changed fields and raise the version."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])
