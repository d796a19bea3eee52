"""Recordings and videos: whole, and without the place where they were taken."""

import struct
from collections.abc import Iterator

from bihuan.attachments.rules.archives import refuse_hidden_archive
from bihuan.attachments.types import FileKind, Unfit

_TRUNCATED = "文件不完整，请重新导出后上传。"
_TELLING = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"})
"""Boxes that may carry place, device or anything at all, and that no player needs."""
_OPENED = frozenset({b"moov", b"trak"})
DEEPEST = 64
"""So many boxes may stand in one another; players know two of these layers."""


def cleaned_mp4(content: bytes, kind: FileKind) -> bytes:
    """The film with its telling boxes blanked where they stand, so that no offset in it moves."""
    refuse_hidden_archive(content)
    film = bytearray(content)
    if not _blank(film):
        raise Unfit(_TRUNCATED)
    return bytes(film)


def _blank(film: bytearray) -> bool:
    """Blank what tells; answers whether it is a film."""
    is_film, left = False, [(0, 0, len(film))]
    while left:
        depth, start, end = left.pop()
        if depth > DEEPEST:
            raise Unfit("视频的内部结构嵌套过深，请重新导出后上传。")
        for name, box, body, stop in _boxes(film, start, end):
            is_film |= name == b"moov" and depth == 0
            if name in _TELLING:
                film[box + 4 : box + 8] = b"free"
                film[body:stop] = bytes(stop - body)
            elif name in _OPENED:
                left.append((depth + 1, body, stop))
    return is_film


def _boxes(film: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, start, start of the content and end of each box between two offsets."""
    at = start
    while at < end:
        if end - at < 8:
            raise Unfit(_TRUNCATED)
        size, name = struct.unpack_from(">I4s", film, at)
        body = at + 8
        if size == 1 and end - at >= 16:
            (size,) = struct.unpack_from(">Q", film, body)
            body += 8
        stop = end if size == 0 else at + size
        if not body <= stop <= end:
            raise Unfit(_TRUNCATED)
        yield name, at, body, stop
        at = stop


def cleaned_wav(content: bytes, kind: FileKind) -> bytes:
    """The recording's format and sound alone."""
    kept: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if name == b"data" and size == 0xFFFFFFFF:  # a recorder that did not know the length yet
            size = len(content) - at - 8
        if at + 8 + size > len(content):
            raise Unfit(_TRUNCATED)
        if name in {b"fmt ", b"fact", b"data"}:
            kept.setdefault(name, content[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    if b"fmt " not in kept or not kept.get(b"data"):
        raise Unfit(_TRUNCATED)
    order = [name for name in (b"fmt ", b"fact", b"data") if name in kept]
    chunks = b"".join(struct.pack("<4sI", n, len(kept[n])) + kept[n] + bytes(len(kept[n]) % 2) for n in order)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def cleaned_mp3(content: bytes, kind: FileKind) -> bytes:
    """The sound without its tags."""
    sound = content
    while sound[:3] == b"ID3" and len(sound) > 10:
        length = sum((byte & 0x7F) << shift for byte, shift in zip(sound[6:10], (21, 14, 7, 0), strict=True))
        sound = sound[10 + length + (10 if sound[5] & 0x10 else 0) :]
    sound = sound.lstrip(b"\x00")
    if sound[-128:-125] == b"TAG":
        sound = sound[:-128]
    first = _frame(sound, 0)
    if not first or not (first == len(sound) or _frame(sound, first)):
        raise Unfit("MP3 文件已损坏或不完整，请重新导出后上传。")
    refuse_hidden_archive(sound)
    return sound


_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of layer III, for MPEG 1 and for MPEG 2 and 2.5."""
_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples a second by the version's code."""


def _frame(sound: bytes, at: int) -> int:
    """Length of the layer III frame that starts there; 0 if none does."""
    head = sound[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples, padding = (head[1] >> 3) & 3, head[2] >> 4, (head[2] >> 2) & 3, (head[2] >> 1) & 1
    if version == 1 or rate in (0, 15) or samples == 3:
        return 0
    first_version = version == 3
    return (144 if first_version else 72) * _RATES[first_version][rate] * 1000 // _SAMPLES[version][samples] + padding
