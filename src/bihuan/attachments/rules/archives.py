"""Documents: a PDF must be whole, an Office file no bomb, and neither may act or carry other files."""

from io import BytesIO
from zipfile import ZipFile, is_zipfile

from bihuan.attachments.rules import office, portable
from bihuan.attachments.types import FileKind, Unfit

MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 200
"""Text tables pack 20 to 60 times smaller, a bomb a thousand times."""
SMALL = 10 * 1024 * 1024
"""Unpacked below this, no ratio harms anybody."""


def refuse_hidden_archive(content: bytes) -> None:
    """A file that is also an archive is two files, and the second one was not shown."""
    if is_zipfile(BytesIO(content)):
        raise Unfit("文件里夹带了压缩包，不能上传。")


def whole_pdf(content: bytes, kind: FileKind) -> bytes:
    """The PDF as it is, if it has its end and nothing is hung on to it."""
    if b"%%EOF" not in content[-2048:]:
        raise Unfit("PDF 文件不完整，请重新导出后上传。")
    refuse_hidden_archive(content)
    portable.refuse_what_acts(content)
    return content


def safe_office(content: bytes, kind: FileKind) -> bytes:
    """The Office file without author and company, if its table of contents claims no bomb and nothing in it acts."""
    with ZipFile(BytesIO(content)) as archive:
        refuse_bomb(archive, len(content))
        return office.cleaned(archive, content)


def refuse_bomb(archive: ZipFile, size: int) -> None:
    """Refuse an Office file that cannot be opened, is put together wrongly, or would unpack without end."""
    parts = archive.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unfit("文档设有密码，请解除后上传。")
    names = {part.filename for part in parts}
    if len(names) < len(parts) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        raise Unfit("文档内部结构异常，请另存后重新上传。")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(SMALL, MOST_RATIO * size):
        raise Unfit("文档解开后过大，不能上传。")
