"""Office files: what else is in them than text, tables and pictures, told by their content types and relationships."""

import copy
import posixpath
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bihuan.attachments.types import Unfit

LONGEST_INDEX = 2 * 1024 * 1024
"""Bytes of one part that says what the others are."""
_MACROS = (
    "vbaproject",
    "vbadata",
    "macroenabled",
    "attachedtoolbars",
    "keymapcustomizations",
    "xlmacrosheet",
    "macrosheet",
)
_OBJECTS = ("oleobject", "activex", "control", "package", "ctrlprop", "webextension", "afchunk")
_OUTSIDE = ("attachedtemplate", "externallink", "externallinkpath", "subdocument", "frame", "connections")
_LINKS = frozenset({"http", "https", "mailto", "tel"})
"""What a link may lead to: a person has to follow it."""
_PROPERTIES = {
    "core-properties": '<coreProperties xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "extended-properties": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "custom-properties": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
"""Relationship → the part that tells of author, company and the like, without telling anything."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STRANGERS = {
    b"PK\x03\x04": "压缩包或文档",
    b"PK\x05\x06": "压缩包",
    b"MZ": "程序",
    b"\x7fELF": "程序",
    b"#!": "程序",
    b"\xd0\xcf\x11\xe0": "OLE 对象或旧版 Office 文件",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"%PDF": "PDF 文件",
    b"{\\rtf": "RTF 文档",
}
"""How parts begin that are files of their own."""
_LONGEST_SIGN = max(map(len, _STRANGERS))
_STREAMED = 0x08
"""The flag of a part whose sizes follow its content."""
_STRANGE = "文档内部结构异常，请另存后重新上传。"
_BROKEN = (BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError)
"""What zipfile raises on a damaged part."""


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str
    outside: bool


def cleaned(archive: ZipFile, content: bytes) -> bytes:
    """The same file without author and company; raises Unfit where it carries what may act or lead elsewhere."""
    properties: dict[str, str] = {}
    for part in archive.infolist():
        _refuse_strangers(archive, part)
        name = part.filename.lower()
        _refuse_kind(posixpath.basename(name).removesuffix(".bin"))
        if name == "[content_types].xml":
            _refuse_types(archive, part)
        elif name.endswith(".rels"):
            for relation in _relations(archive, part):
                _refuse(relation)
                if relation.kind in _PROPERTIES and name == "_rels/.rels":
                    place = posixpath.normpath(relation.target.lstrip("/"))
                    properties[place] = _HEAD + _PROPERTIES[relation.kind]
    return _rewritten(archive, content, {name: text.encode() for name, text in properties.items()})


def _refuse_types(archive: ZipFile, part: ZipInfo) -> None:
    for tag, said in _elements(archive, part):
        if tag in ("Default", "Override"):
            _refuse_kind(said.get("ContentType", "").lower())


def _refuse_kind(word: str) -> None:
    """By the last word of a relationship's type, or by a content type."""
    if any(one in word for one in _MACROS):
        raise Unfit("文档含有宏，请另存为不含宏的文档后上传。")
    last = word.replace("+xml", "").rpartition("/")[2].rpartition(".")[2]
    if last in _OBJECTS or "activex" in word or "oleobject" in word:
        raise Unfit("文档里嵌有对象或其他文件，请删去后上传，文件另行上传。")
    if last in _OUTSIDE:
        raise Unfit("文档引用了外部模板、表格或数据，请断开链接后上传。")


def _relations(archive: ZipFile, part: ZipInfo) -> Iterator[_Relation]:
    for tag, said in _elements(archive, part):
        if tag == "Relationship":
            outside = said.get("TargetMode", "").lower() == "external"
            yield _Relation(said.get("Type", "").rpartition("/")[2].lower(), said.get("Target", ""), outside)


def _refuse(relation: _Relation) -> None:
    _refuse_kind(relation.kind)
    if not relation.outside:
        return
    if relation.kind != "hyperlink" or _scheme(relation.target) not in _LINKS:
        raise Unfit("文档引用了外部的图片或文件，请改为插入文档或删去后上传。")


def _scheme(target: str) -> str:
    if target.startswith("#"):  # a place within the document
        return "http"
    try:
        return urlsplit(target.strip()).scheme.lower()
    except ValueError:
        return ""


def _refuse_strangers(archive: ZipFile, part: ZipInfo) -> None:
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Unfit(_STRANGE)
    try:
        with archive.open(part) as opened:
            start = opened.read(_LONGEST_SIGN)
    except _BROKEN as error:
        raise Unfit(_STRANGE) from error
    for sign, what in _STRANGERS.items():
        if start.startswith(sign):
            raise Unfit(f"文档里夹带了{what}，请删去后上传。")


def _elements(archive: ZipFile, part: ZipInfo) -> Iterator[tuple[str, dict[str, str]]]:
    """Every element with its attributes; nothing is fetched, and what declares entities is refused."""
    if part.file_size > LONGEST_INDEX:
        raise Unfit(_STRANGE)
    found: list[tuple[str, dict[str, str]]] = []
    parser = ParserCreate()

    def begins(tag: str, said: dict[str, str]) -> None:
        found.append((tag.rpartition(":")[2], {name.rpartition(":")[2]: value for name, value in said.items()}))

    def declares(*_: object) -> None:
        raise Unfit(_STRANGE)

    parser.StartElementHandler = begins
    parser.StartDoctypeDeclHandler = declares
    try:
        with archive.open(part) as opened:
            text = opened.read(LONGEST_INDEX)
        if text.strip():
            parser.Parse(text, True)
    except (ExpatError, LookupError, *_BROKEN) as error:
        raise Unfit(_STRANGE) from error
    return iter(found)


def _rewritten(archive: ZipFile, content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The archive with other parts in place of some; all the rest is copied as it is packed, and nothing between."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for part in archive.infolist():
            if part.filename in changed:
                made.writestr(part.filename, changed[part.filename])
                continue
            entry = copy.copy(part)
            entry.flag_bits &= ~_STREAMED
            entry.extra, entry.comment = b"", b""
            begins = _begins(content, part)
            if begins + part.compress_size > len(content):
                raise Unfit(_STRANGE)
            entry.header_offset = out.tell()
            out.write(entry.FileHeader(zip64=False))
            out.write(content[begins : begins + part.compress_size])
            made.filelist.append(entry)
            made.NameToInfo[entry.filename] = entry
            made.start_dir = out.tell()
            made._didModify = True  # type: ignore[attr-defined]  # zipfile copies no packed part by itself
    return out.getvalue()


def _begins(content: bytes, part: ZipInfo) -> int:
    """Where the packed content of a part begins."""
    head = part.header_offset
    if content[head : head + 4] != b"PK\x03\x04" or head + 30 > len(content):
        raise Unfit(_STRANGE)
    name, extra = (int.from_bytes(content[at : at + 2], "little") for at in (head + 26, head + 28))
    return head + 30 + name + extra
