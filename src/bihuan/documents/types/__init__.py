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
    pdf_trouble: str
    """Why there is no PDF, where it could not be made."""
    word_trouble: str
    sha256: str
    pages: int
    replaces: int | None
    """The paper in whose place this one stands, because what is on file had changed."""

    @property
    def serial(self) -> str:
        """By what it is spoken of."""
        return serial_of(self.id)

    @property
    def pdf_state(self) -> State:
        """How far its PDF is."""
        return self._of_file(self.pdf)

    @property
    def word_state(self) -> State:
        """How far its Word file is."""
        return self._of_file(self.word)

    @property
    def files(self) -> tuple[tuple[str, int | None, State, str], ...]:
        """Name, id, state and trouble of each file."""
        return (
            ("PDF", self.pdf, self.pdf_state, self.pdf_trouble),
            ("Word", self.word, self.word_state, self.word_trouble),
        )

    def _of_file(self, file: int | None) -> State:
        return State.READY if file is not None and self.state != State.ERASED else self.state


def serial_of(id: int) -> str:
    """By what the document of that id is spoken of."""
    return f"WS{id:08d}"


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper that says what is on file now; `new` tells whether it had to be drawn up for that."""

    id: int
    new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentAsked(Happening):
    """A document was drawn up from what is on file at this moment."""

    kind: ClassVar[str] = "document.asked"
    sentence: ClassVar[str] = "出具《{title}》{reference}{instead}"

    title: str
    reference: str
    template: str
    document: int
    content: str
    """Digest of what it says."""
    instead: str = ""
    """In whose place it stands, in words; empty for the first of its kind."""


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
class DocumentFileMade(Happening):
    """One file of a document is there, while the other could not be made, or was there before."""

    kind: ClassVar[str] = "document.file-made"
    sentence: ClassVar[str] = "文书已生成{file}：《{title}》，摘要{sha256}"

    title: str
    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentTriedAgain(Happening):
    """The files of a document could not be made, and are to be made after all."""

    kind: ClassVar[str] = "document.tried-again"
    sentence: ClassVar[str] = "重新生成《{title}》的文件"

    title: str
    document: int
