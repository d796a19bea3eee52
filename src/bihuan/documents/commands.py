"""Every write to the documents. What a document says is fixed when it is drawn up; a job makes the files."""

import hashlib
import json
import logging
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
from bihuan.documents.types import (
    DocumentAsked,
    DocumentFileMade,
    DocumentMade,
    DocumentTriedAgain,
    Issued,
    State,
    serial_of,
)
from bihuan.documents.types.sheets import SHEETS, Letter, Sheet
from bihuan.duties.sight import must_see
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.kernel.stages import Role
from bihuan.organisations.clocks import Clock
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.commands import NOWHERE, append, begin, command, count_up, lock
from bihuan.record.types import Chain, subject_of

MAKE = "documents.make"
_ADAPTERS: dict[str, TypeAdapter[Sheet]] = {code: TypeAdapter(sheet) for code, sheet in SHEETS.items()}
_LONGEST_TROUBLE = 300
_SAVING = "文件没有能够保存，请系统管理员查看后台任务的日志"
_log = logging.getLogger(__name__)

Fill = Callable[..., Sheet]
"""(number, actor, now) → the sheet; raises Unknown for whoever may not see the subject."""
Ask = Callable[[Any], Refusal | None]
"""Whether there is something to draw up, from the subject's facts."""
Choice = Callable[[Any], tuple[Role, ...]]
"""Which of those who may issue it do so now, from the subject's facts."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that can be drawn up of a kind of subject."""

    subject: str
    code: str
    by: tuple[Role, ...]
    choice: Choice | None
    ask: Ask
    fill: Fill

    @property
    def label(self) -> str:
        """What it is called."""
        return template(self.code).label

    def issuers(self, facts: Any) -> tuple[Role, ...]:
        """Who issues it now."""
        return self.choice(facts) if self.choice else self.by

    def seat(self, facts: Any, actor: Actor) -> Seat | None:
        """The seat in which the actor issues it, or None."""
        return next((seat for role in self.issuers(facts) if (seat := role.seat(actor, facts.parts))), None)

    def refusal(self, facts: Any, actor: Actor) -> Refusal | None:
        """Why the actor does not issue it now: there is nothing to tell of, or others issue it."""
        if (nothing := self.ask(facts)) is not None:
            return nothing
        if self.seat(facts, actor):
            return None
        who = "或".join(role.label for role in self.issuers(facts))
        reason = f"《{self.label}》由{who}出具；已经出具的，看得到本件的都可以下载。"
        return Refusal(reason, norms.norm(template(self.code).norm))


PAPERS: dict[tuple[str, str], Paper] = {}
"""(subject, template) → how it is drawn up; filled by `@paper`, read by the pages."""


def paper(
    *,
    subject: str,
    sheet: type[Sheet],
    by: Role | tuple[Role, ...],
    choice: Choice | None = None,
    ask: Ask = lambda facts: None,
) -> Callable[[Fill], Fill]:
    """Offer a document of that kind of subject; the function fills its sheet from what is on file.

    `by` issue it, and nobody else; where not all of them do so at any time, `choice` tells which do now. `ask` says why
    there is nothing to tell of yet; whoever gives none has something to tell of from the beginning.
    """

    def wrap(fill: Fill) -> Fill:
        roles = (by,) if isinstance(by, Role) else by
        PAPERS[(subject, sheet.code)] = Paper(subject, sheet.code, roles, choice, ask, fill)
        return fill

    return wrap


def papers_of(subject_kind: str) -> list[Paper]:
    """The documents that such a subject can have, by their codes."""
    return [paper for (kind, _), paper in sorted(PAPERS.items()) if kind == subject_kind]


def offered(subject_kind: str, facts: Any, actor: Actor) -> list[tuple[Paper, Refusal | None]]:
    """The documents of a subject, and why the actor does not issue one now."""
    return [(paper, paper.refusal(facts, actor)) for paper in papers_of(subject_kind)]


@command(repeatable=True)
def issue(*, subject_kind: str, code: str, facts: Any, actor: Actor, now: datetime) -> Issued:
    """Draw up a document of a subject from what is on file. Raises Unknown, Refused.

    While the content is the same, it is the same document: no number, no event. A changed one replaces the last.
    """
    must_see(facts, actor)
    found = PAPERS.get((subject_kind, code))
    if found is None or actor.is_requester:
        raise Unknown(code)
    granted(found.refusal(facts, actor), subject=facts.subject, pack=facts.pack)
    chain = lock(facts.subject)
    sheet = found.fill(facts.number, actor, now)
    rows = Document.objects.filter(subject_kind=subject_kind, subject_number=facts.number, template=code)
    last = rows.exclude(state=State.ERASED).order_by("-pk").first()
    if last is not None and _says_the_same(last, sheet):
        return Issued(int(last.pk), new=False)
    seat, rulebook = found.seat(facts, actor) or NOWHERE, load_pack(facts.pack)
    return Issued(_draw(chain, facts.number, sheet, last, actor=actor, seat=seat, rulebook=rulebook, now=now), new=True)


def _says_the_same(row: Document, sheet: Sheet) -> bool:
    """Whether the document says what the sheet says, but for the number that it was given when it was drawn up."""
    said = _adapter(type(sheet)).validate_python(row.sheet)
    if isinstance(sheet, Letter) and isinstance(said, Letter) and not sheet.reference:
        said = replace(said, reference="")
    return said == sheet


def _draw(
    chain: Chain,
    number: str,
    sheet: Sheet,
    last: Document | None,
    *,
    actor: Actor,
    seat: Seat,
    rulebook: Pack,
    now: datetime,
) -> int:
    """A new document, in the place of the last one of its kind."""
    sheet = _numbered(sheet, actor, now)
    said = _adapter(type(sheet)).dump_python(sheet, mode="json")
    page = lay_out(sheet, serial="")
    row = Document.objects.create(
        jurisdiction=chain.jurisdiction,
        subject_kind=chain.subject.partition(":")[0],
        subject_number=number,
        template=sheet.code,
        title=template(sheet.code).label,
        reference=page.reference,
        sheet=said,
        by=actor.account,
        at=now,
        replaces=last.pk if last else None,
    )
    happening = DocumentAsked(
        title=row.title,
        reference=row.reference,
        template=row.template,
        document=row.pk,
        content=hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest(),
        instead=f"，代替{_called(last)}" if last else "",
    )
    append(chain, happening, actor=actor, seat=seat, norm=_norm(sheet), pack=rulebook, now=now)
    _have_made(row.pk)
    return int(row.pk)


def _called(row: Document) -> str:
    """By what a document is named: its number, or the number of every paper."""
    return row.reference or serial_of(row.pk)


@command()
def try_again(*, subject_kind: str, document: int, facts: Any, actor: Actor, now: datetime) -> None:
    """Have the files of a document made that could not be made before. Raises Unknown, Refused."""
    must_see(facts, actor)
    chain = lock(facts.subject)
    rows = Document.objects.filter(subject_kind=subject_kind, subject_number=facts.number)
    row = rows.select_for_update().filter(pk=document).first()
    if row is None or actor.is_requester:
        raise Unknown(str(document))
    rulebook = load_pack(facts.pack)
    norm = norms.norm(template(row.template).norm)
    if row.state != State.FAILED:
        raise Refused(Refusal("这份文书没有生成失败，不需要重新生成。", norm), subject=facts.subject, pack=facts.pack)
    rows.filter(pk=document).update(state=State.WAITING, pdf_trouble="", word_trouble="")
    happening = DocumentTriedAgain(title=row.title, document=document)
    seat = min(actor.seats, default=NOWHERE)
    append(chain, happening, actor=actor, seat=seat, norm=norm, pack=rulebook, now=now)
    _have_made(document)


def _have_made(document: int) -> None:
    """Files wait until what the clock asks for is done."""
    app.configure_task(MAKE, priority=-1).defer(document=document)


def make(document: int, *, clock: Clock) -> State | None:
    """Make the files of a document that waits for them, each by itself; None where there is nothing to make."""
    row = Document.objects.filter(pk=document, state=State.WAITING).first()
    if row is None:
        return None
    sheet = _adapter(SHEETS[row.template]).validate_python(row.sheet)
    last = Document.objects.filter(pk=row.replaces).first() if row.replaces else None
    page = lay_out(sheet, serial=serial_of(row.pk), replaced=_called(last) if last else "")
    files = _Files(
        name=f"{row.title}-{row.subject_number}-{serial_of(row.pk)}",
        pdf=None if row.pdf else _tried(lambda: pdf.render(page, at=row.at)),
        word=None if row.word else _tried(lambda: word.render(page)),
    )
    now = max(clock(row.jurisdiction), row.at)  # a training clock that was put back is behind what it follows
    if files.made:
        return _keep(document=row.pk, files=files, actor=Actor.clockwork(row.jurisdiction), now=now)
    Document.objects.filter(pk=document, state=State.WAITING).update(**files.troubles, state=State.FAILED)
    return State.FAILED


def _tried(render: Callable[[], bytes]) -> bytes | str:
    """A file, or why there is none, in the user's words: the other file is made all the same."""
    try:
        return render()
    except (pdf.Unprintable, word.BadTemplate) as why:
        _log.warning("a file of a document could not be made", exc_info=True)
        return str(why)
    except Exception as error:
        _log.exception("a file of a document could not be made")
        return f"生成时出错（{type(error).__name__}），请系统管理员查看后台任务的日志"


@dataclass(frozen=True, slots=True)
class _Files:
    """What was made of a document: a file, why it could not be made, or None where it was there before."""

    name: str
    pdf: bytes | str | None
    word: bytes | str | None

    @property
    def made(self) -> bool:
        return isinstance(self.pdf, bytes) or isinstance(self.word, bytes)

    @property
    def troubles(self) -> dict[str, str]:
        said = {"pdf_trouble": self.pdf, "word_trouble": self.word}
        return {name: why[:_LONGEST_TROUBLE] for name, why in said.items() if isinstance(why, str)}


@command()
def _keep(*, document: int, files: _Files, actor: Actor, now: datetime) -> State:
    """What files there are: bound to the subject, with their digests in the record."""
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
    said: dict[str, object] = {**files.troubles, "state": State.FAILED if files.troubles else State.READY}
    happenings = list[Happening]()
    first = second = None
    if isinstance(files.pdf, bytes):
        first = keep(name=f"{files.name}.pdf", kind=FileKind.PDF, content=files.pdf)
        said |= {"pdf": first.id, "sha256": first.sha256, "pages": pdf.pages(files.pdf)}
        happenings.append(DocumentFileMade(title=row.title, file="PDF", sha256=first.sha256))
    if isinstance(files.word, bytes):
        second = keep(name=f"{files.name}.docx", kind=FileKind.DOCX, content=files.word)
        said |= {"word": second.id}
        happenings.append(DocumentFileMade(title=row.title, file="Word", sha256=second.sha256))
    if first and second:
        pages = int(str(said["pages"]))
        happenings = [DocumentMade(title=row.title, pages=pages, sha256=first.sha256, word_sha256=second.sha256)]
    Document.objects.filter(pk=document).update(**said)
    subject = subject_of("document", str(document))
    chain = lock(subject) if row.pdf or row.word else begin(subject, row.jurisdiction)
    for happening in happenings:
        append(chain, happening, actor=actor, seat=NOWHERE, norm=norms.REGISTER, pack=None, now=now)
    return State(str(said["state"]))


def give_up(document: int) -> None:
    """Say on the pages that what is not there yet could not be made."""
    rows = Document.objects.filter(pk=document, state=State.WAITING)
    rows.filter(pdf__isnull=True).update(pdf_trouble=_SAVING)
    rows.filter(word__isnull=True).update(word_trouble=_SAVING)
    rows.update(state=State.FAILED)


def erase(subject_kind: str, subject_number: str) -> int:
    """Erase what the documents of a subject say, inside the command that says why; its attachments hold the files."""
    rows = Document.objects.filter(subject_kind=subject_kind, subject_number=subject_number)
    return rows.update(sheet={}, pdf_trouble="", word_trouble="", state=State.ERASED)


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
