"""Statements that are planned for the values bound to them, every time.

A connection keeps its statements planned, and after some times for any values. Where that would be a bad plan for most,
as of the grams of a search, the statement says so: the values stay bound, and stand in no text that anybody logs.
"""

from collections.abc import Callable
from typing import Any

BY_VALUES = "/* planned by values */"
"""What such a statement says."""


def by_values(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's wrapper of statements: those that say so are not kept planned."""
    if not (isinstance(sql, str) and BY_VALUES in sql):
        return execute(sql, params, many, context)
    session = context["connection"].connection
    kept, session.prepare_threshold = session.prepare_threshold, None
    try:
        return execute(sql, params, many, context)
    finally:
        session.prepare_threshold = kept
