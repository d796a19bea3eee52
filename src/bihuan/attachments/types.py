"""Files that come with a request or an answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bihuan.kernel.vocabulary import Vocabulary


class FileKind(Vocabulary):
    """What may be uploaded, by media type."""

    JPEG = "image/jpeg", "JPEG 图片"
    PNG = "image/png", "PNG 图片"
    WEBP = "image/webp", "WebP 图片"
    GIF = "image/gif", "GIF 图片"
    PDF = "application/pdf", "PDF 文档"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档（docx）"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 表格（xlsx）"
    MP3 = "audio/mpeg", "MP3 录音"
    WAV = "audio/wav", "WAV 录音"
    M4A = "audio/mp4", "M4A 录音"
    MP4 = "video/mp4", "MP4 视频"


class FileState(Vocabulary):
    """Whether a kept file may be fetched."""

    WAITING = "waiting", "正在安全检查"
    RELEASED = "released", "可以下载"
    SUSPICIOUS = "suspicious", "可疑，已隔离"
    ERASED = "erased", "已依法删除"


MB = 1024 * 1024
MOST_OF_A_VISIT = 6
"""Files that a citizen may send with one opening of a form, in all: those taken back out of it too."""
MOST_UNBOUND = 1024 * MB
"""Bytes that citizens of one jurisdiction have sent and not yet submitted; of more the oldest go."""


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has sent already."""

    files: int
    size: int


class NotExamined(Vocabulary):
    """Why a file was not looked into to the end."""

    CROWDED = "crowded", "正在核验的文件太多，请稍后再传。"
    ENDED = "ended", "核验用时过长或过于复杂，请缩小或另存后重新上传。"
    BROKEN = "broken", "文件已损坏，请重新导出后上传。"


ENDINGS: Final = {
    FileKind.JPEG: ("jpg", "jpeg"),
    FileKind.PNG: ("png",),
    FileKind.WEBP: ("webp",),
    FileKind.GIF: ("gif",),
    FileKind.PDF: ("pdf",),
    FileKind.DOCX: ("docx",),
    FileKind.XLSX: ("xlsx",),
    FileKind.MP3: ("mp3",),
    FileKind.WAV: ("wav",),
    FileKind.M4A: ("m4a",),
    FileKind.MP4: ("mp4",),
}
"""The endings that a file name of each kind may have."""


class Unfit(Exception):
    """A file that cannot be taken in; says why to whoever uploads it."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A file as it will be kept: cleaned name, kind, cleaned content."""

    name: str
    kind: FileKind
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentRef:
    """One kept file. Without a subject it waits for the act that it was uploaded for, and is its uploader's alone."""

    id: int
    jurisdiction: str
    name: str
    mime: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    subject_kind: str | None
    subject_number: str | None
    state: FileState


@dataclass(frozen=True, slots=True)
class Damaged:
    """A kept file that is gone from the disk or is no longer what was uploaded."""

    attachment: AttachmentRef
    reason: str
