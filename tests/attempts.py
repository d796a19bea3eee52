"""Attempts at a subject one after the other: each is as if it had never been."""

from collections.abc import Callable

from django.db import transaction

from bihuan.kernel.refusal import Refused, Unknown


class Attempts:
    """What was written is taken back to one savepoint.

    A command that is refused has taken itself back: nothing more is asked of the database then, of which a square of a
    stage table with all its acts and people asks ten thousand times.
    """

    def __init__(self) -> None:
        self._before = transaction.savepoint()
        self.blames_the_form = False
        """Whether the last attempt was refused for what a field of its form says, and not for who asked and when."""

    def outcome(self, act: Callable[[], object], *, alone: bool = True) -> str:
        """The new stage, or the class of the refusal. Unless the act is `alone`, others wrote before it."""
        self.blames_the_form = False
        try:
            stage = act()
        except Refused as refused:
            self.blames_the_form = all(one.field is not None for one in refused.all)
            if refused.keep is not None or not alone:
                self._take_back()
            return "refused" if refused.refusal.reason else "a refusal without a reason"
        except Unknown:
            if not alone:
                self._take_back()
            return "unknown"
        self._take_back()
        return str(stage)

    def _take_back(self) -> None:
        transaction.savepoint_rollback(self._before)
