"""What a file is, by its content and never by its name."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from bihuan.attachments.types import FileKind

ALLOWED = "可以上传：" + "、".join(kind.label for kind in FileKind) + "。"
_OFFICE = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"M4V "}
_M4A_BRANDS = {b"M4A ", b"M4B "}


def kind_of(content: bytes) -> FileKind | None:
    """The kind of file; None for everything that may not be uploaded."""
    for start, kind in (
        (b"\xff\xd8\xff", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"GIF87a", FileKind.GIF),
        (b"GIF89a", FileKind.GIF),
        (b"%PDF-", FileKind.PDF),
        (b"ID3", FileKind.MP3),
    ):
        if content.startswith(start):
            return kind
    if content.startswith(b"RIFF"):
        return {b"WEBP": FileKind.WEBP, b"WAVE": FileKind.WAV}.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _kind_of_mp4(content[8:12])
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    is_frame = len(content) > 4 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2
    return FileKind.MP3 if is_frame else None


def advice(content: bytes) -> str:
    """What somebody with such a file can do."""
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        return "这是苹果手机的 HEIC 照片，请先转为 JPEG 再上传。"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "这是旧版 Office 文件（doc、xls、ppt），请另存为 docx、xlsx 或 PDF 再上传。"
    return ALLOWED


def _kind_of_mp4(brand: bytes) -> FileKind | None:
    if brand in _M4A_BRANDS:
        return FileKind.M4A
    return FileKind.MP4 if brand in _MP4_BRANDS else None


def _kind_of_archive(content: bytes) -> FileKind | None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            inside = archive.NameToInfo
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in inside:
        return None
    return next((kind for part, kind in _OFFICE.items() if part in inside), None)
