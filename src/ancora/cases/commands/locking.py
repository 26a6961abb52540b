"""One change at a time per case."""

from django.utils.translation import gettext as _

from ancora.cases.models import Case
from ancora.platform.errors import Refusal
from ancora.platform.plain_sql import columns, objects


class MergedMeanwhile(Refusal):
    """The case is a part of another one."""

    def __init__(self, case: Case):
        told = {"case": case, "survivor": case.merged_into}
        super().__init__(_("%(case)s was merged into %(survivor)s. Nothing was changed: open that one.") % told)


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends; the caller's object is brought up to date too. Refused
    when it is a part of another one by now."""
    locked_together(case)
    return case


def locked_in_use(case: Case) -> Case:
    """As `locked`; refused in spam or trash."""
    case = locked(case)
    if case.is_removed:
        raise Refusal(_("The case is in spam or trash. Take it back first."))
    return case


def locked_together(*cases: Case) -> None:
    """As `locked`, for several; in the order of their ids, so that two of us never wait for each other."""
    _hold(cases, "id = ANY(%(ids)s)")
    for case in cases:
        refuse_merged(case)


def hold_with_parts(*cases: Case) -> None:
    """As `locked_together`, merged or not, with all that is merged into them: whoever merges changes those too."""
    _hold(cases, "id = ANY(%(ids)s) OR merged_into_id = ANY(%(ids)s)")


def refuse_merged(case: Case) -> None:
    """`MergedMeanwhile` for a case that is a part of another one."""
    if case.is_merged:
        raise MergedMeanwhile(case)


def bring_up_to_date(case: Case, fresh: Case) -> None:
    """The object says what `fresh` does, which was just read."""
    for field in Case._meta.concrete_fields:
        setattr(case, field.attname, getattr(fresh, field.attname))
    forget_held(case)


def forget_held(case: Case) -> None:
    """What the object remembers of the conversations of its case is looked up anew."""
    for name in ("held_conversations", "held_messages", "held_chat"):
        case.__dict__.pop(name, None)


def save(case: Case, *fields: str) -> None:
    """Write the changed fields and raise the version."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])


# Plain SQL: everything that changes a case begins here.
_HOLD = f"SELECT {columns(Case, 'k')} FROM cases_case k WHERE %s ORDER BY id FOR UPDATE"  # noqa: S608


def _hold(cases: tuple[Case, ...], which: str) -> None:
    fresh = {one.pk: one for one in objects(_HOLD % which, {"ids": [case.pk for case in cases]}, Case)}
    for case in cases:
        bring_up_to_date(case, fresh[case.pk])
