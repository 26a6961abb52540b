"""Cases for programs: what the desk can do, a program can."""

from ancora.cases.api.changes import router as changes
from ancora.cases.api.macros import router as macros
from ancora.cases.api.merging import router as merging
from ancora.cases.api.messages import router as messages
from ancora.cases.api.reading import router as reading
from ancora.cases.api.senders import router as senders
from ancora.cases.api.tasks import router as tasks
from ancora.cases.api.vocabulary import router as vocabulary
from ancora.cases.api.writing import router as writing

__all__ = ["changes", "macros", "merging", "messages", "reading", "senders", "tasks", "vocabulary", "writing"]
