"""Tasks: given from a case, read, done, written about; and the list of mine."""

from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.notifications.commands import read_task
from ancora.cases.queries import case_for
from ancora.cases.queries.timeline import beside_entries
from ancora.cases.tasks import commands
from ancora.cases.tasks.queries import comments_of, my_tasks, task_for
from ancora.desk.sidebar import sidebar
from ancora.desk.tasks.forms import AssigneeForm, DueForm, LetterForm, TaskForm, WordsForm
from ancora.desk.views.access import agents_only, people_only, say_later, wants_part
from ancora.platform.errors import Refusal
from ancora.platform.ui.forms import attempt, is_sent


@require_GET
@people_only
def my_tasks_page(request):
    """Open tasks of the viewer, the overdue ones first."""
    tasks = my_tasks(request.user)
    context = {
        "late": [task for task in tasks if task.is_late],
        "others": [task for task in tasks if not task.is_late],
        "sidebar": sidebar(request.user, "tasks"),
    }
    return render(request, "desk/tasks/mine.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def new_task(request, reference):
    """GET asks what, for whom and until when; POST gives the task."""
    case = case_for(request.user, reference)
    form = TaskForm(request.POST or None, request.FILES or None, viewer=request.user, case=case)
    if is_sent(request, form) and (task := attempt(form, _give, case, form, request.user)):
        say_later(request, _("The task is given: %(title)s") % {"title": task.title})
        return redirect("desk:case", case.reference)
    context = {"case": case, "form": form, "sidebar": sidebar(request.user)}
    return render(request, "desk/tasks/new.html", context, status=422 if form.errors else 200)


def _give(case, form, author):
    return commands.create_task(case, author=author, **form.given())


@require_GET
@people_only
def task_page(request, pk):
    task = task_for(request.user, pk)
    # What a page fetches by itself nobody may have looked at.
    if not wants_part(request):
        read_task(task, person=request.user)
    return _show(request, task)


@require_POST
@people_only
def change(request, pk, verb):
    """`comment` by everybody who sees it; `done`, `cancel` and `write` by agents."""
    task = task_for(request.user, pk)
    if verb != "comment" and not request.user.is_agent:
        raise PermissionDenied
    form = LetterForm(request.POST, request.FILES, case=task.holder) if verb == "write" else WordsForm(request.POST)
    if not form.is_valid():
        wrong = " ".join(form.errors.get("files", [])) or _("That is too long, or the page is too old. Open it again.")
        return _show(request, task, complaint=wrong, verb=verb)
    given = {"author": request.user, **form.cleaned_data, **(form.enclosing() if verb == "write" else {})}
    try:
        _VERBS[verb](task, given)
    except Refusal as refusal:
        return _show(request, task_for(request.user, pk), complaint=str(refusal), verb=verb)
    if verb in ("done", "cancel"):
        say_later(request, _("The task is done.") if verb == "done" else _("The task is cancelled."))
        return redirect("desk:case", task.holder.reference)
    return redirect("desk:task", pk)


@require_POST
@agents_only
def due(request, pk):
    """When an open task is due from now on."""
    task, form = task_for(request.user, pk), DueForm(request.POST)
    if not form.is_valid():
        return _show(request, task, complaint=_("Choose a day and a time."), verb="due")
    try:
        commands.set_due(task, due_at=form.cleaned_data["due_at"], author=request.user)
    except Refusal as refusal:
        return _show(request, task_for(request.user, pk), complaint=str(refusal), verb="due")
    return redirect("desk:task", pk)


@require_http_methods(["GET", "POST"])
@agents_only
def assign(request, pk):
    """GET asks to whom an open task is given on; POST gives it."""
    task = task_for(request.user, pk)
    form = AssigneeForm(request.POST or None, viewer=request.user, case=task.holder)
    if is_sent(request, form) and attempt(form, _give_on, task, form, request.user):
        say_later(request, _("The task is given on."))
        return redirect("desk:task", pk)
    context = {"task": task_for(request.user, pk), "case": task.holder, "form": form, "sidebar": sidebar(request.user)}
    return render(request, "desk/tasks/assign.html", context, status=422 if form.errors else 200)


def _give_on(task, form, author) -> bool:
    commands.reassign_task(task, assignee=form.chosen, author=author)
    return True


_VERBS = {
    "done": lambda task, given: commands.complete_task(task, author=given["author"], result=given["text"]),
    "cancel": lambda task, given: commands.cancel_task(task, author=given["author"], why=given["text"]),
    "comment": lambda task, given: commands.comment_on_task(task, **given),
    "write": lambda task, given: commands.write_to_third_party(task, **given),
}


def _show(request, task, *, complaint: str = "", verb: str = ""):
    context = {
        "task": task,
        "case": task.holder,
        "letter": LetterForm(case=task.holder) if task.third_party_id else None,
        "entries": beside_entries(task),
        "comments": comments_of(task),
        "complaint": complaint,
        "verb": verb,
        "typed": request.POST.get("text", ""),
        "keys": {"comment": uuid4(), "write": uuid4()},
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/tasks/task.html", context, status=422 if complaint else 200)
