"""The mover of clues, how an act is declared, and how evidence is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bihuan.accountability import queries
from bihuan.accountability.models import Clue, Evidence
from bihuan.accountability.stages import TABLE
from bihuan.accountability.types import DUTIES, KIND, ClueFacts
from bihuan.attachments import commands as attachments
from bihuan.attachments.types import AttachmentRef
from bihuan.duties.life import Life, Locked
from bihuan.duties.sight import Sight, must_see
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.needs import Choosing
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.record.commands import Ask, command
from bihuan.record.types import Done

Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[ClueFacts], Form], Done]


def _write(number: str, columns: Mapping[str, object]) -> None:
    Clue.objects.filter(number=number).update(**columns)


SIGHT = Sight("accountability_clue", "accountability_taking_part", "clue_id")
LIFE: Life[ClueFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT)


def act(
    word: Vocabulary,
    form: type[Form],
    *,
    ask: Ask | None = None,
    choices: Choosing | None = None,
    begins: Callable[[ClueFacts], Mapping[str, object]] | None = None,
) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of a clue."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            return write(LIFE.begin(number, word, actor=actor, now=now, version=version), fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject=KIND, act=word, fields=form, ask=ask, choices=choices, begins=begins)(run)

    return declare


def bind(number: str, ids: Sequence[int], actor: Actor, *, fresh: bool = False) -> Sequence[AttachmentRef]:
    """Put files beside the clue."""
    return attachments.bind(ids=ids, subject_kind=KIND, subject_number=number, actor=actor, fresh=fresh)


def keep(clue: int, *, at: datetime, by: str, what: str, text: str, files: Sequence[int] = ()) -> None:
    """Keep a piece of evidence that somebody put on file."""
    Evidence.objects.create(clue_id=clue, at=at, by=by, what=what, text=text, attachments=list(files))


def refer_to(clue: int, *, at: datetime, by: str, events: Iterable[tuple[str, int, str]]) -> None:
    """Keep where in records evidence stands: key of a subject, sequence of its event, what that shows."""
    Evidence.objects.bulk_create(
        Evidence(clue_id=clue, at=at, by=by, what="办理记录", text=text, subject=subject, sequence=sequence)
        for subject, sequence, text in events
    )
