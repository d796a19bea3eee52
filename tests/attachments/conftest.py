"""A shelf for each test, and files as people really have them."""

import struct
import wave
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo
from pytest_django import Settings

from bihuan.attachments.types import FileKind
from bihuan.kernel.actor import Actor

SECRET = b"SECRETPLACE"
"""What the samples hide: it must be gone afterwards."""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ATTACHMENT_LIMIT = 1024 * 1024
    return tmp_path / "files"


@pytest.fixture
def official() -> Actor:
    """Whoever uploads."""
    return Actor("wd-handler", "经办人", "wendeng")


def exif(orientation: int = 1) -> Image.Exif:
    """Camera, comment and place as a phone writes them."""
    data = Image.Exif()
    data[Base.Make] = SECRET.decode()
    data[Base.Orientation] = orientation
    data.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    data.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (37.0, 11.0, 31.0)
    data.get_ifd(IFD.GPSInfo)[GPS.GPSMapDatum] = SECRET.decode()
    return data


def picture(kind: FileKind, *, orientation: int = 1, size: tuple[int, int] = (64, 32)) -> bytes:
    """A picture, left half red, with hidden data."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    notes = PngInfo()
    notes.add_text("Location", SECRET.decode())
    more: dict[str, object] = {
        FileKind.JPEG: {"exif": exif(orientation), "comment": SECRET, "xmp": b"<x>" + SECRET + b"</x>"},
        FileKind.PNG: {"exif": exif(orientation), "pnginfo": notes},
        FileKind.WEBP: {"exif": exif(orientation), "xmp": b"<x>" + SECRET + b"</x>"},
        FileKind.GIF: {"comment": SECRET},
    }[kind]
    out = BytesIO()
    drawn.save(out, format=kind.name, **more)  # type: ignore[arg-type]
    return out.getvalue()


def moving(kind: FileKind, frames: int = 3) -> bytes:
    """A moving picture."""
    shots = [Image.new("RGB", (16, 16), (n * 60, 0, 0)) for n in range(frames)]
    out = BytesIO()
    shots[0].save(
        out, format=kind.name, save_all=True, append_images=shots[1:], duration=[120, 240, 360][:frames], loop=0
    )
    return out.getvalue()


def flicker(frames: int, side: int = 1) -> bytes:
    """A GIF of that many frames, each of one pixel and fifteen bytes."""
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b";"


def blank(kind: FileKind, width: int, height: int, mode: str = "RGB") -> bytes:
    """A large picture of nothing: a few bytes that become many."""
    out = BytesIO()
    Image.new(mode, (width, height)).save(out, format=kind.name, **({"lossless": True} if kind.name == "WEBP" else {}))
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word document, as small as one can be."""
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": "<w:t>答复</w:t>".encode()}
    return archive(parts | {name.replace("__", "/"): content for name, content in more.items()})


def xlsx() -> bytes:
    """A spreadsheet."""
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, ["编号", "答复"])
    return out.getvalue()


TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def related(*relations: tuple[str, str, str], types: str = "", **more: bytes) -> bytes:
    """A Word document as Word writes it, with relations (kind, target, mode) of its text, further types and parts."""
    said = "".join(
        f'<Relationship Id="r{n}" Type="{TYPES}/{kind}" Target="{target}"{f" TargetMode={mode!r}" if mode else ""}/>'
        for n, (kind, target, mode) in enumerate(relations)
    )
    root = (
        f'<Relationship Id="a" Type="{TYPES}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="b" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        f'<Relationship Id="c" Type="{TYPES}/extended-properties" Target="/docProps/app.xml"/>'
    )
    root, said = (f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>' for one in (root, said))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>'.encode(),
        "_rels/.rels": root.encode(),
        "word/_rels/document.xml.rels": said.encode(),
        "docProps/core.xml": b"<creator>" + SECRET + b"</creator>",
        "docProps/app.xml": b"<Company>" + SECRET + b"</Company>",
    }
    return docx(**{name.replace("/", "__"): part for name, part in parts.items()}, **more)


def pdf(*objects: bytes) -> bytes:
    """A PDF, drawn by Pillow, with further objects before its end."""
    if objects:
        drawn, end = pdf().rsplit(b"xref", 2)[0], b"\ntrailer<<>>\n%%EOF\n"
        return drawn + b"\n".join(b"%d 0 obj\n%s\nendobj" % (900 + n, one) for n, one in enumerate(objects)) + end
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, format="PDF")
    return out.getvalue()


def wav() -> bytes:
    """A recording with a chunk that tells where."""
    out = BytesIO()
    with wave.open(out, "wb") as made:
        made.setparams((1, 2, 8000, 0, "NONE", ""))
        made.writeframes(bytes(range(256)) * 20)
    hidden = b"LIST" + struct.pack("<I", len(SECRET)) + SECRET + b"\0"
    body = out.getvalue()[8:] + hidden
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3() -> bytes:
    """Ten silent frames of 128 kbit/s, with tags before and after."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    before = b"ID3\x04\x00\x00" + bytes((0, 0, 0, 64)) + SECRET.ljust(64, b"\0")
    return before + frame * 10 + b"TAG" + SECRET.ljust(125, b"\0")


def box(name: bytes, *content: bytes) -> bytes:
    """One box of a film."""
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def mp4(brand: bytes = b"isom") -> bytes:
    """A film whose boxes stand where a phone puts them; `stco` holds an offset into `mdat`."""
    head = box(b"ftyp", brand, bytes(4), brand)
    sound = box(b"mdat", b"FRAMES" * 50)
    offset = struct.pack(">III", 0, 1, len(head) + 8)
    place = box(b"udta", box(b"\xa9xyz", b"+37.19+122.05/" + SECRET))
    track = box(b"trak", box(b"tkhd", bytes(20)), box(b"mdia", box(b"stco", offset)), box(b"meta", SECRET))
    return head + sound + box(b"moov", box(b"mvhd", bytes(20)), track, place) + box(b"uuid", SECRET)


SAMPLES = {
    FileKind.JPEG: picture(FileKind.JPEG),
    FileKind.PNG: picture(FileKind.PNG),
    FileKind.WEBP: picture(FileKind.WEBP),
    FileKind.GIF: picture(FileKind.GIF),
    FileKind.PDF: pdf(),
    FileKind.DOCX: docx(),
    FileKind.XLSX: xlsx(),
    FileKind.MP3: mp3(),
    FileKind.WAV: wav(),
    FileKind.M4A: mp4(b"M4A "),
    FileKind.MP4: mp4(),
}
"""One sound file of every kind."""
