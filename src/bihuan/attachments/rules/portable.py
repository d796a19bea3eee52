"""PDF files: whole, and nothing in them that acts by itself, sends something or carries other files."""

import re
import zlib
from contextlib import suppress

from bihuan.attachments.types import Unfit

MOST_UNPACKED = 64 * 1024 * 1024
"""Of all packed objects together."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTS = re.compile(rb"/(JavaScript|Launch|SubmitForm|ImportData|RichMedia|GoToE|GoToR|Rendition)(?![A-Za-z0-9])")
_CARRIES = re.compile(rb"/(EmbeddedFiles?)(?![A-Za-z0-9])")
_LOCKED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_PACKED = re.compile(rb"/Filter\s*(/FlateDecode|\[\s*/FlateDecode\s*\])(?![A-Za-z0-9])")
_LONGEST_DICTIONARY = 4096


def refuse_what_acts(content: bytes) -> None:
    """Names are looked for wherever they stand, also written otherwise (#4a) and in packed objects. Raises Unfit."""
    _refuse(content)
    unpacked = 0
    for found in _STREAM.finditer(content):
        head = content[max(0, found.start() - _LONGEST_DICTIONARY) : found.start()]
        head = _plain(head.rpartition(b" obj")[2])
        if not _OBJECTS.search(head):
            continue
        objects = _unpacked(
            content, found.end(), packed=_PACKED.search(head) is not None, most=MOST_UNPACKED - unpacked
        )
        unpacked += len(objects)
        _refuse(objects)


def _refuse(content: bytes) -> None:
    plain = _plain(content)
    if _LOCKED.search(plain):
        raise Unfit("PDF 设有密码或权限限制，请解除后上传。")
    if _ACTS.search(plain):
        raise Unfit("PDF 里有脚本或自动执行的动作，请另存（打印）为普通 PDF 后上传。")
    if _CARRIES.search(plain):
        raise Unfit("PDF 里夹带了其他文件，请取出后分别上传。")


def _plain(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unpacked(content: bytes, at: int, *, packed: bool, most: int) -> bytes:
    strange = Unfit("PDF 内部结构异常，请另存（打印）为普通 PDF 后上传。")
    if not packed:
        raise strange
    reader = zlib.decompressobj()
    with suppress(zlib.error):
        objects = reader.decompress(content[at:], most)
        if not reader.unconsumed_tail:
            return objects
    raise strange
