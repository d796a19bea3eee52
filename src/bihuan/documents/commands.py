"""Every write to the documents. What a document says is fixed when it is drawn up; a job makes the files."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from procrastinate.contrib.django import app
from pydantic import TypeAdapter

from bihuan.attachments import commands as attachments
from bihuan.attachments.types import FileKind
from bihuan.documents import pdf, word
from bihuan.documents.layout import lay_out, template
from bihuan.documents.models import Document
from bihuan.documents.types import DocumentAsked, DocumentMade, DocumentRow, DocumentTriedAgain, State
from bihuan.documents.types.sheets import SHEETS, Letter, Sheet
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.commands import NOWHERE, append, begin, command, count_up, lock
from bihuan.record.types import subject_of

MAKE = "documents.make"
_ADAPTERS: dict[str, TypeAdapter[Sheet]] = {code: TypeAdapter(sheet) for code, sheet in SHEETS.items()}

Fill = Callable[..., Sheet]
"""(number, actor, now) → the sheet; raises Unknown for whoever may not see the subject."""
Ask = Callable[[Any], Refusal | None]
"""Whether there is something to draw up, from the subject's facts."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that can be drawn up of a kind of subject."""

    subject: str
    code: str
    ask: Ask
    fill: Fill

    @property
    def label(self) -> str:
        """What it is called."""
        return template(self.code).label


PAPERS: dict[tuple[str, str], Paper] = {}
"""(subject, template) → how it is drawn up; filled by `@paper`, read by the pages."""


def paper(*, subject: str, sheet: type[Sheet], ask: Ask) -> Callable[[Fill], Fill]:
    """Offer a document of that kind of subject; the function fills its sheet from what is on file."""

    def wrap(fill: Fill) -> Fill:
        PAPERS[(subject, sheet.code)] = Paper(subject, sheet.code, ask, fill)
        return fill

    return wrap


def papers_of(subject_kind: str) -> list[Paper]:
    """The documents that such a subject can have, by their codes."""
    return [paper for (kind, _), paper in sorted(PAPERS.items()) if kind == subject_kind]


def offered(subject_kind: str, facts: Any) -> list[tuple[Paper, Refusal | None]]:
    """The documents of a subject that can be drawn up, and why one cannot yet."""
    return [(paper, paper.ask(facts)) for paper in papers_of(subject_kind)]


@command()
def issue(*, subject_kind: str, code: str, facts: Any, actor: Actor, now: datetime) -> int:
    """Draw up a document of a subject from what is on file; answers its id. Raises Unknown, Refused."""
    found = PAPERS.get((subject_kind, code))
    if found is None or actor.is_requester:
        raise Unknown(code)
    granted(found.ask(facts), subject=facts.subject, pack=facts.pack)
    sheet = found.fill(facts.number, actor, now)
    rulebook = load_pack(facts.pack)
    return draw_up(subject_kind=subject_kind, number=facts.number, sheet=sheet, actor=actor, rulebook=rulebook, now=now)


@command()
def draw_up(*, subject_kind: str, number: str, sheet: Sheet, actor: Actor, rulebook: Pack, now: datetime) -> int:
    """Draw a document up from its sheet, give it its number, and have the files made; answers its id.

    The caller has made sure that the actor sees the subject.
    """
    chain = lock(subject_of(subject_kind, number))
    sheet = _numbered(sheet, actor, now)
    said = _adapter(type(sheet)).dump_python(sheet, mode="json")
    page = lay_out(sheet, serial="")
    row = Document.objects.create(
        jurisdiction=chain.jurisdiction,
        subject_kind=subject_kind,
        subject_number=number,
        template=sheet.code,
        title=template(sheet.code).label,
        reference=page.reference,
        sheet=said,
        by=actor.account,
        at=now,
    )
    happening = DocumentAsked(
        title=row.title,
        reference=row.reference,
        template=row.template,
        document=row.pk,
        content=hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest(),
    )
    seat = min(actor.seats, default=NOWHERE)
    append(chain, happening, actor=actor, seat=seat, norm=_norm(sheet), pack=rulebook, now=now)
    _have_made(row.pk)
    return int(row.pk)


@command()
def try_again(*, subject_kind: str, document: int, facts: Any, actor: Actor, now: datetime) -> None:
    """Have the files of a document made that could not be made before. Raises Unknown, Refused.

    The caller has made sure that the actor sees the subject.
    """
    chain = lock(facts.subject)
    rows = Document.objects.filter(subject_kind=subject_kind, subject_number=facts.number)
    row = rows.select_for_update().filter(pk=document).first()
    if row is None or actor.is_requester:
        raise Unknown(str(document))
    rulebook = load_pack(facts.pack)
    norm = norms.norm(template(row.template).norm)
    if row.state != State.FAILED:
        raise Refused(Refusal("这份文书没有生成失败，不需要重新生成。", norm), subject=facts.subject, pack=facts.pack)
    rows.filter(pk=document).update(state=State.WAITING)
    happening = DocumentTriedAgain(title=row.title, document=document)
    seat = min(actor.seats, default=NOWHERE)
    append(chain, happening, actor=actor, seat=seat, norm=norm, pack=rulebook, now=now)
    _have_made(document)


def _have_made(document: int) -> None:
    """Files wait until what the clock asks for is done."""
    app.configure_task(MAKE, priority=-1).defer(document=document)


def make(document: int, *, at: datetime) -> State | None:
    """Make the files of a document that waits for them; None where there is nothing to make."""
    row = Document.objects.filter(pk=document, state=State.WAITING).first()
    if row is None:
        return None
    sheet = _adapter(SHEETS[row.template]).validate_python(row.sheet)
    told = DocumentRow(row.pk, row.template, row.title, row.reference, row.by, row.at, State.WAITING, None, None, "", 0)
    page = lay_out(sheet, serial=told.serial)
    printed, written = pdf.render(page, at=row.at), word.render(page)
    name = f"{row.title}-{row.subject_number}-{told.serial}"
    files = _Files(name, printed, written, pdf.pages(printed))
    return _keep(document=row.pk, files=files, actor=Actor.clockwork(row.jurisdiction), now=at)


@dataclass(frozen=True, slots=True)
class _Files:
    name: str
    pdf: bytes
    word: bytes
    pages: int


@command()
def _keep(*, document: int, files: _Files, actor: Actor, now: datetime) -> State:
    """The files are there: bound to the subject, with their digests in the record."""
    row = Document.objects.select_for_update().filter(pk=document, state=State.WAITING).first()
    if row is None:
        raise LookupError(f"document {document} no longer waits")
    keep = partial(
        attachments.keep,
        subject=(row.subject_kind, row.subject_number),
        jurisdiction=row.jurisdiction,
        by=row.by,
        at=now,
    )
    first = keep(name=f"{files.name}.pdf", kind=FileKind.PDF, content=files.pdf)
    second = keep(name=f"{files.name}.docx", kind=FileKind.DOCX, content=files.word)
    said = {"state": State.READY, "pdf": first.id, "word": second.id, "sha256": first.sha256, "pages": files.pages}
    Document.objects.filter(pk=document).update(**said)
    happening = DocumentMade(title=row.title, pages=files.pages, sha256=first.sha256, word_sha256=second.sha256)
    chain = begin(subject_of("document", str(document)), row.jurisdiction)
    append(chain, happening, actor=actor, seat=NOWHERE, norm=norms.REGISTER, pack=None, now=now)
    return State.READY


def give_up(document: int) -> None:
    """Say on the pages that the files could not be made."""
    Document.objects.filter(pk=document, state=State.WAITING).update(state=State.FAILED)


def waiting() -> list[int]:
    """Documents whose files are still to be made, the oldest first."""
    return list(Document.objects.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True))


def erase(subject_kind: str, subject_number: str) -> int:
    """Erase what the documents of a subject say, inside the command that says why; its attachments hold the files."""
    rows = Document.objects.filter(subject_kind=subject_kind, subject_number=subject_number)
    return rows.update(sheet={}, state=State.ERASED)


def _numbered(sheet: Sheet, actor: Actor, now: datetime) -> Sheet:
    """A letter gets the next number of its kind in this year once it is drawn up, unless it has one of its own."""
    mark = template(sheet.code).mark
    if not isinstance(sheet, Letter) or not mark or sheet.reference:
        return sheet
    year = now.astimezone(ZONE).year
    n = count_up(f"document/{actor.jurisdiction}/{sheet.code}/{year}", actor.jurisdiction)
    return replace(sheet, reference=f"{mark}〔{year}〕{n}号")


def _norm(sheet: Sheet) -> Norm:
    return norms.norm(template(sheet.code).norm)


def _adapter(sheet: type[Sheet]) -> TypeAdapter[Sheet]:
    return _ADAPTERS[sheet.code]
