"""Logs as JSON lines that tell what happened and never whom it was about.

An exception may quote what somebody typed, and so may the arguments of other libraries' messages: of the one only the
type, the place in the code and PostgreSQL's error code are told, of the others only the numbers.
"""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from bihuan.kernel.errand import ACCOUNT, NUMBER

OURS = "bihuan"
ROOT = Path(__file__).resolve().parents[2]
FRAMES = 40
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d.*]*[a-zA-Z]")


class JsonLines(logging.Formatter):
    """One record, one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without anything personal."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "request": NUMBER.get() or None,
            "account": ACCOUNT.get() or None,
            "route": _route(record),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = [told(error) for error in _chain(record.exc_info[1])]
        return json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)


def told(error: BaseException) -> dict[str, Any]:
    """What an exception may tell: its type, PostgreSQL's code and constraint, and the way through the code."""
    cause = error if hasattr(error, "sqlstate") else error.__cause__
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    found = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "sqlstate": getattr(cause, "sqlstate", None),
        "constraint": constraint,
        "at": _frames(error.__traceback__),
    }
    return {name: value for name, value in found.items() if value}


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found and len(found) < 5:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _frames(where: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(where)[-FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(file: str) -> str:
    _, found, inside = file.rpartition("site-packages/")
    return inside if found else file.removeprefix(f"{ROOT}/")


def _message(record: logging.LogRecord) -> str:
    """Our own words as they are; of others' the template, with numbers only."""
    if record.name.startswith("procrastinate"):
        return _job(record)
    text = bare(record.msg, record.name) if isinstance(record.msg, BaseException) else str(record.msg)
    if not record.args:
        return text
    if isinstance(record.args, Mapping):
        named = {name: bare(value, record.name) for name, value in record.args.items()}
        return _PLACEHOLDER.sub(lambda found: str(named.get(found[1] or "", "…")), text)
    values = iter([bare(value, record.name) for value in record.args])
    return _PLACEHOLDER.sub(lambda found: str(next(values, "…")), text)


def bare(value: object, logger: str) -> str:
    """An argument without what may be personal: exceptions by their type, texts of other libraries not at all."""
    if isinstance(value, BaseException):
        code = getattr(value, "sqlstate", None) or getattr(value.__cause__, "sqlstate", None)
        return f"{type(value).__name__}{f' {code}' if code else ''}"
    if isinstance(value, (bool, int, float)) or value is None:
        return str(value)
    return str(value) if logger.split(".", 1)[0] == OURS else "…"


def _job(record: logging.LogRecord) -> str:
    """The queue's messages carry the jobs' arguments; the task's name and the job's number say enough."""
    job = getattr(record, "job", None)
    name = job.get("task_name", "") if isinstance(job, Mapping) else ""
    number = job.get("id", "") if isinstance(job, Mapping) else ""
    return " ".join(str(word) for word in ("job", getattr(record, "action", "") or "", name, number) if word)


def _route(record: logging.LogRecord) -> str | None:
    """The route of the request that a record is about: a template, never a path."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return str(match.route) if match is not None else None


def settings(level: str, *, as_json: bool, access: bool) -> dict[str, Any]:
    """Django's LOGGING; plain lines are for a developer's terminal."""
    line = {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "bihuan.config.logs.JsonLines"} if as_json else line},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "bihuan.access": {"level": "INFO" if access else "ERROR"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
