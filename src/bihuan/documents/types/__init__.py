"""Words, rows and happenings of documents (文书)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary


class State(Vocabulary):
    """How far a document is."""

    WAITING = "waiting", "正在生成"
    READY = "ready", "已生成"
    FAILED = "failed", "未能生成"
    ERASED = "erased", "已依法删除"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of a subject as pages show it. `pdf` and `word` name the files among the attachments."""

    id: int
    template: str
    title: str
    reference: str
    by: str
    at: datetime
    state: State
    pdf: int | None
    word: int | None
    sha256: str
    pages: int

    @property
    def serial(self) -> str:
        """By what it is spoken of."""
        return f"WS{self.id:08d}"


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentAsked(Happening):
    """A document was drawn up from what is on file at this moment."""

    kind: ClassVar[str] = "document.asked"
    sentence: ClassVar[str] = "出具《{title}》{reference}"

    title: str
    reference: str
    template: str
    document: int
    content: str
    """Digest of what it says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentMade(Happening):
    """The files of a document are there."""

    kind: ClassVar[str] = "document.made"
    sentence: ClassVar[str] = "文书已生成：《{title}》{pages}页，PDF摘要{sha256}"

    title: str
    pages: int
    sha256: str
    word_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentTriedAgain(Happening):
    """The files of a document could not be made, and are to be made after all."""

    kind: ClassVar[str] = "document.tried-again"
    sentence: ClassVar[str] = "重新生成《{title}》的文件"

    title: str
    document: int
