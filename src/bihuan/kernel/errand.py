"""What is being done at this moment: the id by which one request or job is found again in every log, and who asked."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar

NUMBER: ContextVar[str] = ContextVar("number", default="")
"""The id of the request or job; empty outside of one."""
ACCOUNT: ContextVar[str] = ContextVar("account", default="")
"""The account that asks, never a name; empty for nobody known."""
ASIDE: ContextVar[Callable[[], AbstractContextManager[None]]] = ContextVar("aside", default=nullcontext)
"""Inside it the errand takes no turn at the gate: others are worked on until it goes on."""
