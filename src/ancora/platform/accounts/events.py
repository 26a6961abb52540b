"""What happens to people and settings."""

from dataclasses import dataclass

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChanged(Event):
    """An administrator changed a row of the settings; `kind` says which table, `verb` what was done."""

    type = "setting.changed"
    kind: Code
    row_id: int | None = None
    verb: Code = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigninSucceeded(Event):
    """A person signed in."""

    type = "signin.succeeded"
    objects = {"user_id": "user"}
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SigninFailed(Event):
    """A sign-in was refused."""

    type = "signin.failed"
    reason: Code = "credentials"
