"""Papers (文书) of everything that has a life: what can be drawn up, how far the files are, and where they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bihuan.api.endpoints import BASE, Call, Endpoint, Reply
from bihuan.api.subjects import Refused, read_off, refused_by
from bihuan.documents import commands, queries
from bihuan.documents.commands import Paper
from bihuan.documents.types import DocumentRow, State
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

TAG = "文书"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperOffered:
    """A paper that such a subject can have: who issues it, where to post, or why this person does not issue it now."""

    code: str
    label: str
    issuers: str
    place: str
    refusal: Refused | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperDrawn:
    """A paper as it was drawn up. Its files are made by a job: `pdf` and `word` name them among the attachments.

    Each file has its own state, and where it could not be made the reason; `state` is of both. `replaces` is the paper
    in whose place this one stands.
    """

    id: int
    serial: str
    subject: str
    number: str
    template: str
    title: str
    reference: str
    by: str
    at: datetime
    state: State
    state_label: str
    pdf: int | None
    pdf_state: State
    pdf_trouble: str
    word: int | None
    word_state: State
    word_trouble: str
    replaces: int | None
    sha256: str
    """Of the PDF."""
    pages: int


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a subject: those drawn up, the newest first, and those that can be."""

    items: list[PaperDrawn]
    offered: list[PaperOffered]


def endpoints() -> Iterator[Endpoint]:
    """Everything that can be asked of papers."""
    for kind in REGISTRY:
        if papers := commands.papers_of(kind.word):
            yield _list_of(kind)
            yield from (_drawing(kind, paper) for paper in papers)
    yield Endpoint(
        method="GET",
        path="documents/{id}",
        view=lambda call: Reply(_drawn(*_seen(call))),
        name="get_document",
        tag=TAG,
        summary="一份文书：是否已生成，文件的附件编号和摘要",
        returns=PaperDrawn,
        leads={"get_attachment": ("id", "/pdf")},
    )
    yield Endpoint(
        method="POST",
        path="documents/{id}/again",
        view=_making_again,
        name="make_document_again",
        tag=TAG,
        summary="重新生成未能生成的文书",
        returns=PaperDrawn,
    )


def _list_of(kind: Kind) -> Endpoint:
    def view(call: Call) -> Reply:
        facts = kind.see(call.path["number"], call.actor)
        drawn = [_drawn(kind, facts.number, row) for row in queries.of(kind.word, facts.number)]
        offered = [
            PaperOffered(
                code=paper.code,
                label=paper.label,
                issuers="或".join(role.label for role in paper.issuers(facts)),
                place=f"{BASE}/{kind.folder}/{facts.number}/documents/{paper.code}",
                refusal=refused_by(refusal, facts.pack),
            )
            for paper, refusal in commands.offered(kind.word, facts, call.actor)
        ]
        return Reply(Papers(drawn, offered))

    return Endpoint(
        method="GET",
        path=f"{kind.folder}/{{number}}/documents",
        view=view,
        name=f"list_{kind.word}_documents",
        tag=TAG,
        summary=f"{kind.table.label}的文书，以及可以出具的",
        returns=Papers,
        leads={"get_document": ("id", "/items/0/id")},
    )


def _drawing(kind: Kind, paper: Paper) -> Endpoint:
    def view(call: Call) -> Reply:
        facts = kind.see(call.path["number"], call.actor)
        issued = commands.issue(subject_kind=kind.word, code=paper.code, facts=facts, actor=call.actor, now=call.now)
        _, _, row = queries.find(issued.id)
        place = f"{BASE}/documents/{issued.id}"
        return Reply(_drawn(kind, facts.number, row), place=place, known=not issued.new)

    return Endpoint(
        method="POST",
        path=f"{kind.folder}/{{number}}/documents/{paper.code}",
        view=view,
        name=f"draw_up_{kind.word}_{paper.code}",
        tag=TAG,
        summary=f"出具{paper.label}",
        returns=PaperDrawn,
        status=201,
        finds_known=True,
        leads={"get_document": ("id", "/id")},
    )


def _making_again(call: Call) -> Reply:
    kind, number, row = _seen(call)
    facts = kind.see(number, call.actor)
    commands.try_again(subject_kind=kind.word, document=row.id, facts=facts, actor=call.actor, now=call.now)
    _, _, row = queries.find(row.id)
    return Reply(_drawn(kind, number, row))


def _seen(call: Call) -> tuple[Kind, str, DocumentRow]:
    """The paper that the path names, for whoever sees its subject. Raises Unknown."""
    word, number, row = queries.find(call.row_id)
    kind = REGISTRY[word]
    kind.see(number, call.actor)
    return kind, number, row


def _drawn(kind: Kind, number: str, row: DocumentRow) -> PaperDrawn:
    return read_off(PaperDrawn, row, subject=kind.word, number=number, state_label=row.state.label)
