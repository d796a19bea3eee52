"""Keeping drafts and letting them go. They are no part of the record: nothing has happened yet."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from bihuan.drafts.models import Draft
from bihuan.drafts.queries import opened
from bihuan.drafts.types import KEPT, MOST, MOST_BYTES, NEVER, TAB, DraftRow
from bihuan.kernel.actor import Actor
from bihuan.record import scope
from bihuan.record.commands import hold_still
from bihuan.record.keeping import Sealing
from bihuan.record.retrying import whole


def keep(
    *,
    form: str,
    subject: str,
    values: Mapping[str, Sequence[str]],
    version: int | None,
    actor: Actor,
    at: datetime,
    seen: datetime | None = None,
) -> bool:
    """Keep what the actor typed into a form, in the place of what they typed before; False for too much of it, and
    where the subject's words were erased: a page that stands open brings none of them back.

    With `seen`, when the draft was kept that the window shows: raises Elsewhere where another window kept one since,
    and leaves that as it is.
    """
    said = json.dumps({name: list(v) for name, v in values.items() if name not in NEVER}, ensure_ascii=False)
    if len(said.encode()) > MOST_BYTES:
        return False
    kept = {
        "jurisdiction": actor.jurisdiction,
        "subject": subject,
        "version": version,
        "sealed": Sealing(actor.account, f"draft {form}").close(said),
        "saved_at": at,
    }
    with scope.acting(actor), transaction.atomic():
        if subject and _were_erased(subject):
            return False
        if seen is not None and (other := _of_another_window(form, values, actor, seen)):
            raise Elsewhere(other)
        Draft.objects.update_or_create(account=actor.account, form=form, defaults=kept)
        mine = Draft.objects.filter(account=actor.account).order_by("-saved_at", "-id")
        Draft.objects.filter(id__in=list(mine.values_list("id", flat=True)[MOST:])).delete()
    return True


Gone = Callable[[str], bool]
_GONE: list[Gone] = []


def goes_with(gone: Gone) -> None:
    """Declare what tells that a subject's words were erased; asked while nobody can do that."""
    _GONE.append(gone)


def _were_erased(subject: str) -> bool:
    hold_still(subject)
    return any(gone(subject) for gone in _GONE)


class Elsewhere(Exception):
    """Another window of the same account keeps something else for the form."""

    def __init__(self, saved_at: datetime) -> None:
        super().__init__(saved_at)
        self.saved_at = saved_at


def _of_another_window(form: str, values: Mapping[str, Sequence[str]], actor: Actor, seen: datetime) -> datetime | None:
    """When another window than this one kept something that this one does not show."""
    newer = Draft.objects.select_for_update().filter(account=actor.account, form=form, saved_at__gt=seen)
    for row in opened(DraftRow(d.account, d.form, d.version, d.sealed, d.saved_at) for d in newer):
        if list(row.values.get(TAB, ())) != list(values.get(TAB, ())):
            return row.saved_at
    return None


def drop(*, form: str, actor: Actor) -> None:
    """Let a draft go: it was sent, in the same transaction, or thrown away."""
    with scope.acting(actor):
        Draft.objects.filter(account=actor.account, form=form).delete()


def drop_on(subject: str) -> None:
    """Let everybody's drafts on a subject go: inside the command that erases it."""
    Draft.objects.filter(subject=subject).delete()


def drop_of(account: str) -> None:
    """Let an account's drafts go: inside the command that closes it."""
    Draft.objects.filter(account=account).delete()


@whole
def forget(*, at: datetime) -> int:
    """Let go what nobody went on with for two weeks; answers how many."""
    return Draft.objects.filter(saved_at__lt=at - KEPT).delete()[0]
