"""Reading drafts: one's own alone."""

import json
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag

from bihuan.drafts import models
from bihuan.drafts.types import Draft, DraftRow
from bihuan.record.keeping import Sealing
from bihuan.record.reading import Reading, gather, reading


@reading
def reading_of(account: str, subject: str) -> Reading[DraftRow]:
    """An account's drafts on a subject, to be read with other lists."""
    return Reading(models.Draft.objects.filter(account=account, subject=subject), DraftRow, {})


@reading
def _reading_for(account: str, form: str) -> Reading[DraftRow]:
    return Reading(models.Draft.objects.filter(account=account, form=form), DraftRow, {})


def draft_for(account: str, form: str) -> Draft | None:
    """An account's draft of a form."""
    (found,) = gather(_reading_for(account, form))
    return next(iter(opened(found)), None)


def opened(rows: Iterable[DraftRow]) -> list[Draft]:
    """Drafts in clear, the newest first; one that no key opens any more is none."""
    found = []
    for row in sorted(rows, key=lambda row: row.saved_at, reverse=True):
        try:
            values = json.loads(Sealing(row.account, f"draft {row.form}").open(row.sealed))
        except (InvalidTag, ValueError):
            continue
        found.append(Draft(row.form, row.version, values, row.saved_at))
    return found
