from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.cases.bulk.models import BulkChange, BulkItem
from ancora.cases.lists.indexes import CASE_INDEXES
from ancora.cases.lists.models import ListShape, SavedView
from ancora.cases.macros.models import Macro, MacroTag, MacroUses
from ancora.cases.notifications.models import Follower, Mention, Notification, NotificationChoice
from ancora.cases.notifications.push.models import PushBrowser, PushKeys
from ancora.cases.presence.models import OpenDesk, Presence, PresenceState
from ancora.cases.problems.models import CommonAnswer, CommonAnswerItem
from ancora.cases.routing.models import InLine, RoutedAgent, Skill, TeamRouting
from ancora.cases.rules.models import Rule, RuleRun, RuleVersion
from ancora.cases.searches.models import RecentSearch
from ancora.cases.service_levels.models import CaseClocks, ClockRun, ServicePolicy
from ancora.cases.sharing.models import DraftShare
from ancora.cases.splits.models import CaseSplit
from ancora.cases.tasks.models import Task, TaskComment, TaskPlan, TaskState
from ancora.conversations.models import Conversation, Message
from ancora.customers.models import Customer
from ancora.parties.models import Team
from ancora.platform.files.models import File

__all__ = [
    "BulkChange",
    "BulkItem",
    "Case",
    "CaseClocks",
    "CaseConversation",
    "CaseLink",
    "CaseSplit",
    "CaseTag",
    "ClockRun",
    "CommonAnswer",
    "CommonAnswerItem",
    "Draft",
    "DraftShare",
    "Follower",
    "InLine",
    "ListShape",
    "Macro",
    "MacroTag",
    "MacroUses",
    "Mention",
    "Note",
    "NoteFile",
    "Notification",
    "NotificationChoice",
    "OpenDesk",
    "Outcome",
    "Presence",
    "PresenceState",
    "Priority",
    "PushBrowser",
    "PushKeys",
    "RecentSearch",
    "RoutedAgent",
    "Rule",
    "RuleRun",
    "RuleVersion",
    "SavedView",
    "ServicePolicy",
    "Skill",
    "Status",
    "Tag",
    "Task",
    "TaskComment",
    "TaskPlan",
    "TaskState",
    "TeamRouting",
    "WaitingOn",
]


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("case", "Open")
    WAITING = "waiting", _("Waiting")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", pgettext_lazy("case", "Closed")
    SPAM = "spam", _("Spam")
    TRASH = "trash", _("Trash")
    MERGED = "merged", pgettext_lazy("case", "Merged")


class WaitingOn(models.TextChoices):
    CUSTOMER = "customer", _("customer")
    THIRD_PARTY = "third_party", _("third party")
    US = "us", _("us")


class Priority(models.IntegerChoices):
    LOW = 1, _("low")
    NORMAL = 2, _("normal")
    HIGH = 3, _("high")
    URGENT = 4, _("urgent")


class Outcome(models.Model):
    """How a case can end; edited by administrators, switched off rather than deleted."""

    label = models.CharField(_("label"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "label"]
        constraints = [models.UniqueConstraint(Lower("label"), name="outcome_label_once")]

    def __str__(self) -> str:
        return self.label


class Tag(models.Model):
    label = models.CharField(_("label"), max_length=40)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(Lower("label"), name="tag_label_once")]

    def __str__(self) -> str:
        return self.label


# By which channels a person of us was there, and wrote it down: no message says what was said.
BY_HAND = ("phone", "visit", "other")


class Case(models.Model):
    """`subject`, `excerpt`, `reference`, `channel`, `mailbox_ids` and `is_example` repeat what its conversations hold,
    so that a list needs one table; they are written together with the message that changes them."""

    reference = models.BigIntegerField(unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    status_before = models.CharField(max_length=8, blank=True, default="")
    waiting_on = models.CharField(max_length=12, choices=WaitingOn, blank=True, default="")
    # While it waits: when it comes back by itself. Of no meaning in any other status.
    waits_until = models.DateTimeField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="+", null=True)
    tags = models.ManyToManyField(Tag, related_name="+", through="CaseTag")
    subject = models.CharField(max_length=998, blank=True, default="")
    excerpt = models.CharField(max_length=200, blank=True, default="")
    channel = models.CharField(max_length=16, default="email")
    language = models.CharField(max_length=8, blank=True, default="")
    mailbox_ids = ArrayField(models.BigIntegerField(), default=list)
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    # Raised by every change: a stale screen can be told.
    version = models.PositiveIntegerField(default=1)
    is_example = models.BooleanField(default=False, db_default=False)
    # The case that holds everything of this one now, however many merges lie between.
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="case_merged_somewhere",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="case_status_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="case_priority_known"),
            models.CheckConstraint(
                condition=Q(status="waiting", waiting_on__in=WaitingOn.values)
                | (~Q(status="waiting") & Q(waiting_on="")),
                name="case_waits_on_someone",
            ),
        ]
        indexes = [
            models.Index(F("last_message_at").desc(), F("id").desc(), name="case_open", condition=Q(status="open")),
            models.Index("owner", F("last_message_at").desc(), name="case_mine", condition=Q(status="open")),
            models.Index("team", F("last_message_at").desc(), name="case_of_team", condition=Q(status="open")),
            models.Index("status", F("last_message_at").desc(), F("id").desc(), name="case_by_status"),
            models.Index("customer", F("last_message_at").desc(), name="case_of_customer"),
            GinIndex(fields=["mailbox_ids"], name="case_mailboxes"),
            models.Index(
                fields=["waits_until"],
                name="case_waits_until",
                condition=Q(status="waiting", waits_until__isnull=False),
            ),
            models.Index(fields=["id"], name="case_example", condition=Q(is_example=True)),
            models.Index(fields=["opened_at"], name="case_opened_at"),
            models.Index(fields=["resolved_at"], name="case_resolved_at", condition=Q(resolved_at__isnull=False)),
            models.Index(fields=["merged_into"], name="case_merged", condition=Q(merged_into__isnull=False)),
            *CASE_INDEXES,
        ]

    def __str__(self) -> str:
        return f"#{self.reference}"

    # Django's own make all labels of a field comparable each time before they find the one.
    def get_status_display(self) -> str:
        return str(Status(self.status).label)

    def get_priority_display(self) -> str:
        return str(Priority(self.priority).label)

    @property
    def is_removed(self) -> bool:
        return self.status in (Status.SPAM, Status.TRASH)

    @property
    def is_done(self) -> bool:
        return self.status in (Status.RESOLVED, Status.CLOSED)

    @property
    def is_merged(self) -> bool:
        return self.status == Status.MERGED


class CaseTag(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="+", db_index=False)
    # Came with a merged case, and goes with it.
    is_inherited = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "tag"], name="case_tag_once")]
        indexes = [models.Index(fields=["tag", "case"], name="cases_of_tag")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on case {self.case_id}"


class CaseConversation(models.Model):
    """Which conversations a case holds: a link that can be taken back; a conversation has one current case. The first
    one says with which case it began: there it goes back to when merges are undone."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], name="conversation_has_one_case", condition=Q(until__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["case"], name="case_conversations", condition=Q(until__isnull=True))]

    def __str__(self) -> str:
        return f"conversation {self.conversation_id} in case {self.case_id}"


class CaseMerge(models.Model):
    """A case that is a part of another one while `until` is empty. Merges in force are trees: their root holds the
    conversations of all, and every other case of the tree names it as `merged_into`.

    status_before, waiting_on_before: where the merged case stood · changed: what the merge changed in the other one, as
    {field: [before, after]}, taken back with it where nobody changed it since · mailbox_ids_before: of the other one.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    into = models.ForeignKey(Case, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    status_before = models.CharField(max_length=8, choices=Status)
    waiting_on_before = models.CharField(max_length=12, choices=WaitingOn, blank=True, default="")
    changed = models.JSONField(default=dict)
    mailbox_ids_before = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="case_merged_once", condition=Q(until__isnull=True)),
            models.CheckConstraint(condition=~Q(case=F("into")), name="case_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"case {self.case_id} merged into {self.into_id}"


class Draft(models.Model):
    """What somebody writes and has not sent, as their composer holds it; only they end it, and only they see it, with
    those with whom they share it (see `cases.sharing`).

    `case` is null for a new mail. `mode`: the query that draws the composer · `written`: the fields as they were
    typed, with the keys of the files that lie here · `version`: raised by every save, so that a stale screen is told.
    With `message` it was sent as that one and waits for its moment: taken back, it is a draft again, and `before`
    and `after` say how the case stood when it was sent. While it is shared, `writer` holds the pen, or held it last
    when it `is_free`.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", null=True)
    mode = models.CharField(max_length=64, blank=True, default="")
    written = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    message = models.OneToOneField(Message, models.CASCADE, related_name="+", null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    writer_since = models.DateTimeField(null=True)
    is_free = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(writer=None, writer_since=None, is_free=False)
                | Q(writer__isnull=False, writer_since__isnull=False),
                name="draft_pen_of_somebody",
            ),
            models.UniqueConstraint(
                fields=["author", "case"],
                name="draft_once",
                condition=Q(message__isnull=True, case__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class CaseLink(models.Model):
    """Two cases that belong together: one that follows a case solved long ago, or two that are related, whichever of
    them is named first; or one that belongs to a problem, which is `related`."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    related = models.ForeignKey(Case, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, default="follows")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "related", "kind"], name="case_link_once", condition=Q(until__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["case"], name="case_has_one_problem", condition=Q(kind="problem", until__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["related"], name="case_of_problem", condition=Q(kind="problem", until__isnull=True))
        ]

    def __str__(self) -> str:
        return f"case {self.case_id} {self.kind} {self.related_id}"


class Note(models.Model):
    """Internal: seen by the people of the organisation, never by the customer. Of a person, or of a rule."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+", null=True, db_index=False)
    html = models.TextField()
    text = models.TextField()
    written_at = models.DateTimeField()
    # Made by the browser: the same form posted twice is one note.
    form_key = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=False, rule=None) | Q(author=None, rule__isnull=False),
                name="note_of_person_or_rule",
            )
        ]
        indexes = [models.Index(fields=["case", "written_at"], name="note_of_case")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class NoteFile(models.Model):
    note = models.ForeignKey(Note, models.CASCADE, related_name="files")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()

    def __str__(self) -> str:
        return self.filename
