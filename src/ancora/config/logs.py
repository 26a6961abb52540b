"""Structured logs: one line an event, with the id of the request or job it belongs to; secrets never."""

import json
import logging
import re
from datetime import UTC, datetime

from ancora.platform.http.requests import current_request_id

_SECRET_ADDRESS = re.compile(r"(/hooks/\w+/|/chat/)[\w-]+")
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "request_id", "taskName"}


def logging_for(log_format: str, level: str) -> dict:
    """The dictionary for `logging.config`: everything to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "ancora.config.logs.RequestFilter"}},
        "formatters": {
            "text": {
                "()": "ancora.config.logs.TextFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
            },
            "json": {"()": "ancora.config.logs.JsonFormatter"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": log_format, "filters": ["request"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "uvicorn.access": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "aioimaplib": {"level": "ERROR"},
            "mail.log": {"level": "WARNING"},
        },
    }


class RequestFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


def masked(line: str) -> str:
    """Without the secret part of addresses that other systems and websites know."""
    return _SECRET_ADDRESS.sub(r"\1…", line) if "/hooks/" in line or "/chat/" in line else line


class TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, default=str, ensure_ascii=False))
