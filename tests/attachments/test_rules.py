"""What may be uploaded: told by content, whole, and without hidden data."""

import struct
import time
import wave
import zlib
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from python_calamine import load_workbook

from bihuan.attachments import examination, rules
from bihuan.attachments.rules import admit, archives, media, names, office, pictures, portable, sniffing
from bihuan.attachments.rules.media import DEEPEST
from bihuan.attachments.rules.pictures import LONGEST_SIDE, MOST_FRAMES
from bihuan.attachments.types import ENDINGS, Admitted, AttachmentRef, FileKind, FileState, Held, NotExamined, Unfit
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms
from bihuan.sandbox.work import Bounds, Lane
from tests.facts import person, plain
from tests.rule_tables import Row, asked
from tests.sandbox import work

from .conftest import (
    SAMPLES,
    SECRET,
    TYPES,
    archive,
    blank,
    box,
    docx,
    flicker,
    moving,
    mp3,
    mp4,
    pdf,
    picture,
    related,
    wav,
)

MB = 1024 * 1024
PICTURES = [FileKind.JPEG, FileKind.PNG, FileKind.WEBP, FileKind.GIF]
HIDES = [*PICTURES, FileKind.MP3, FileKind.WAV, FileKind.M4A, FileKind.MP4]


def admitted(content: bytes, kind: FileKind) -> Admitted:
    answer = admit(name=f"现场.{ENDINGS[kind][0]}", content=content, limit=20 * MB)
    assert isinstance(answer, Admitted), answer
    assert answer.kind is kind
    return answer


def refused(content: bytes, name: str) -> str:
    answer = admit(name=name, content=content, limit=MB)
    assert isinstance(answer, Refusal)
    assert answer.norm == norms.ATTACHMENT_CHECKED
    assert answer.field == "attachments"
    return answer.reason


@pytest.mark.parametrize("kind", FileKind)
def test_every_kind_is_known_by_its_content(kind: FileKind) -> None:
    assert admitted(SAMPLES[kind], kind).content


@pytest.mark.parametrize("kind", FileKind)
@pytest.mark.parametrize("other", FileKind)
def test_a_name_that_says_another_kind_is_refused(kind: FileKind, other: FileKind) -> None:
    if kind is not other:
        assert "不符" in refused(SAMPLES[kind], f"a.{ENDINGS[other][0]}")


@pytest.mark.parametrize("kind", HIDES)
def test_what_a_file_hides_is_gone(kind: FileKind) -> None:
    assert SECRET in SAMPLES[kind]
    assert SECRET not in admitted(SAMPLES[kind], kind).content


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_keeps_no_place_and_no_camera(kind: FileKind) -> None:
    with Image.open(BytesIO(admitted(SAMPLES[kind], kind).content)) as seen:
        seen.load()
        assert dict(seen.getexif()) == {}
        assert not {"exif", "xmp", "comment", "Location", "icc_profile"} & set(seen.info)
        assert seen.size == (64, 32)


@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG, FileKind.WEBP])
def test_a_picture_taken_sideways_stands_upright_afterwards(kind: FileKind) -> None:
    content = admitted(picture(kind, orientation=6), kind).content
    with Image.open(BytesIO(content)) as seen:
        assert seen.size == (32, 64)
        top, bottom = (seen.convert("RGB").getpixel((16, y)) for y in (8, 56))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 90 > top[1]
    assert min(bottom) > 200


@pytest.mark.parametrize("kind", [FileKind.GIF, FileKind.WEBP, FileKind.PNG])
def test_a_moving_picture_still_moves(kind: FileKind) -> None:
    with Image.open(BytesIO(admitted(moving(kind), kind).content)) as seen:
        shots = [
            (frame.convert("RGB").getpixel((8, 8)), frame.info["duration"]) for frame in ImageSequence.Iterator(seen)
        ]
    assert [round(length) for _, length in shots] == [120, 240, 360]
    assert [round(colour[0] / 60) for colour, _ in shots if isinstance(colour, tuple)] == [0, 1, 2]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_png_of_any_mode_looks_as_before(mode: str) -> None:
    drawn = Image.new(mode, (10, 10))
    out = BytesIO()
    drawn.save(out, format="PNG")
    with Image.open(BytesIO(admitted(out.getvalue(), FileKind.PNG).content)) as seen:
        assert seen.mode == mode
        assert seen.tobytes() == drawn.tobytes()


def test_a_printers_jpeg_becomes_one_for_screens() -> None:
    out = BytesIO()
    Image.new("CMYK", (10, 10)).save(out, format="JPEG")
    with Image.open(BytesIO(admitted(out.getvalue(), FileKind.JPEG).content)) as seen:
        assert seen.mode == "RGB"


# An MP3 that is cut off is a shorter MP3.
@pytest.mark.parametrize("kind", [kind for kind in FileKind if kind is not FileKind.MP3])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_is_cut_off_is_refused(kind: FileKind, share: float) -> None:
    content = SAMPLES[kind]
    if kind in PICTURES:
        content = picture(kind, size=(400, 400))
    assert refused(content[: int(len(content) * share)], f"a.{ENDINGS[kind][0]}")


def test_an_mp3_that_has_no_sound_is_refused() -> None:
    assert "损坏" in refused(mp3()[:200], "a.mp3")
    assert "损坏" in refused(b"ID3" + b"<script>" * 30, "a.mp3")


@pytest.mark.parametrize("kind", [FileKind.PDF, FileKind.MP4, FileKind.M4A, FileKind.MP3])
def test_a_file_that_is_an_archive_too_is_refused(kind: FileKind) -> None:
    both = SAMPLES[kind] + archive({"evil.exe": b"MZ"})
    assert refused(both, f"a.{ENDINGS[kind][0]}")


@pytest.mark.parametrize("kind", [*PICTURES, FileKind.WAV])
def test_what_hangs_on_to_a_picture_or_recording_is_left_behind(kind: FileKind) -> None:
    answer = admit(name=f"a.{ENDINGS[kind][0]}", content=SAMPLES[kind] + archive({"evil.exe": b"MZ"}), limit=MB)
    assert isinstance(answer, Refusal) or (b"evil.exe" not in answer.content and b"PK\x05\x06" not in answer.content)


def test_an_archive_behind_a_picture_is_a_picture_and_not_a_document() -> None:
    assert "不符" in refused(SAMPLES[FileKind.JPEG] + docx(), "a.docx")


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00" + bytes(100),
        b"#!/bin/sh\nrm -rf /",
        b"PK\x03\x04" + bytes(100),
        archive({"a.txt": b"x"}),
        archive({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}),
        b"\x7fELF" + bytes(100),
        b"GIF8",
        b"RIFF\x00\x00\x00\x00AVI ",
        b"\x00" * 64,
        b"\xff",
    ],
)
@pytest.mark.parametrize("name", ["a.jpg", "a.pdf", "a.docx", "a.mp3", "a"])
def test_everything_else_is_refused_under_any_name(content: bytes, name: str) -> None:
    assert "可以上传" in refused(content, name)


def test_the_refusal_says_what_to_do_with_old_office_files_and_phone_photos() -> None:
    assert "另存为 docx" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.doc")
    assert "HEIC" in refused(b"\x00\x00\x00\x18ftypheic" + bytes(100), "a.jpg")


def test_empty_large_and_nameless_files_are_refused() -> None:
    assert "空文件" in refused(b"", "a.jpg")
    assert "不超过 1 MB" in refused(bytes(MB + 1), "a.jpg")
    assert "扩展名“无”" in refused(SAMPLES[FileKind.PDF], "pdf")


def bomb_png(width: int, height: int) -> bytes:
    """A small PNG that says that it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8_000, 8_000), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_drawn(size: tuple[int, int]) -> None:
    assert "太大" in refused(bomb_png(*size), "a.png")


def test_a_moving_picture_has_so_many_frames_and_no_more_are_counted() -> None:
    assert admitted(flicker(MOST_FRAMES), FileKind.GIF)
    assert "帧" in refused(flicker(MOST_FRAMES + 1), "a.gif")
    begun = time.thread_time()
    assert "帧" in refused(flicker(60_000), "a.gif")  # 900 KB that took 51 seconds
    assert time.thread_time() - begun < 0.5


def test_the_pixels_of_all_frames_are_bound() -> None:
    assert "总像素" in refused(flicker(MOST_FRAMES, side=501), "a.gif")


@pytest.mark.parametrize("kind", [FileKind.PNG, FileKind.JPEG])
def test_a_side_is_bound(kind: FileKind) -> None:
    assert admitted(blank(kind, LONGEST_SIDE, 1, "L"), kind)
    assert "每边" in refused(blank(kind, LONGEST_SIDE + 1, 1, "L"), f"a.{ENDINGS[kind][0]}")


def test_an_office_file_that_would_unpack_without_end_is_refused() -> None:
    assert "过大" in refused(docx(word__huge=bytes(60 * MB)), "a.docx")
    assert "过大" in refused(archive({f"p{n}": b"" for n in range(5_001)} | parts()), "a.docx")


def parts() -> dict[str, bytes]:
    return {"[Content_Types].xml": b"", "word/document.xml": b""}


def test_an_office_file_with_macros_a_password_or_a_way_out_is_refused() -> None:
    assert "宏" in refused(docx(**{"word__vbaProject.bin": b"x"}), "a.docx")
    assert "结构异常" in refused(archive(parts() | {"../../etc/passwd": b"x"}), "a.docx")
    locked = docx().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    assert "密码" in refused(locked, "a.docx")


OFFICE = "application/vnd.openxmlformats-officedocument"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (related(("vbaProject", "media/a.png", "")), "宏"),
        (related(types='<Override PartName="/word/a.xml" ContentType="application/vnd.ms-word.vbaData+xml"/>'), "宏"),
        (related(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "宏"),
        (related(types='<Default Extension="x" ContentType="application/vnd.ms-office.vbaProject"/>'), "宏"),
        (related(("oleObject", "embeddings/a.bin", "")), "嵌有"),
        (related(("package", "embeddings/a.xlsx", "")), "嵌有"),
        (related(("control", "activeX/a.xml", "")), "嵌有"),
        (related(types=f'<Default Extension="b" ContentType="{OFFICE}.oleObject"/>'), "嵌有"),
        (related(("attachedTemplate", "https://evil.example/a.dotm", "External")), "外部模板"),
        (related(("image", "https://evil.example/a.png", "External")), "外部的图片"),
        (related(("hyperlink", "file://evil/share", "External")), "外部的图片"),
        (related(("hyperlink", "\\\\evil\\share", "External")), "外部的图片"),
        (related(("hyperlink", "javascript:alert(1)", "external")), "外部的图片"),
        (related(word__media__a=archive({"x": b"x"})), "压缩包"),
        (related(word__media__a=b"MZ" + bytes(60)), "程序"),
        (related(word__media__a=OLE), "OLE"),
        (docx(**{"word__b.rels": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "结构异常"),
        (docx(**{"word__b.rels": b"<a"}), "结构异常"),
    ],
)  # fmt: skip
def test_an_office_file_that_acts_carries_others_or_leads_elsewhere_is_refused(content: bytes, reason: str) -> None:
    assert reason in refused(content, "a.docx")


def test_an_office_file_keeps_its_text_pictures_and_links_and_loses_author_and_company() -> None:
    picture = SAMPLES[FileKind.PNG].replace(SECRET, b"")
    content = related(
        ("hyperlink", "https://www.gov.cn/", "External"), ("image", "media/a.png", ""), word__media__a=picture
    )
    assert SECRET in ZipFile(BytesIO(content)).read("docProps/core.xml")
    kept = ZipFile(BytesIO(admitted(content, FileKind.DOCX).content))
    assert kept.testzip() is None
    assert SECRET not in b"".join(kept.read(name) for name in kept.namelist())
    assert kept.namelist() == ZipFile(BytesIO(content)).namelist()
    assert kept.read("word/media/a") == picture
    assert "答复" in kept.read("word/document.xml").decode()


def test_files_as_office_writes_them_can_still_be_opened() -> None:
    paper, out = Document(), BytesIO()
    paper.add_paragraph("答复")
    paper.core_properties.author = "张某某"
    paper.save(out)
    kept = Document(BytesIO(admitted(out.getvalue(), FileKind.DOCX).content))
    assert (kept.paragraphs[0].text, kept.core_properties.author) == ("答复", "")
    sheet = load_workbook(BytesIO(admitted(SAMPLES[FileKind.XLSX], FileKind.XLSX).content))
    assert next(iter(sheet.get_sheet_by_index(0).to_python())) == ["编号", "答复"]


def packed(content: bytes, more: bytes = b"/Filter /FlateDecode") -> bytes:
    body = zlib.compress(content)
    return b"<< /Type /ObjStm /N 1 /First 4 %s /Length %d >>\nstream\n%s\nendstream" % (more, len(body), body)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"), "脚本"),
        (pdf(b"<< /S /J#61vaScript /JS (x) >>"), "脚本"),
        (pdf(b"<< /AA << /O << /S /Launch /F (cmd.exe) >> >> >>"), "动作"),
        (pdf(b"<< /A << /S /SubmitForm /F (http://evil.example) >> >>"), "动作"),
        (pdf(b"<< /A << /S /GoToR /F (//evil/share) >> >>"), "动作"),
        (pdf(b"<< /Type /EmbeddedFile >>"), "夹带"),
        (pdf(b"<< /Names << /EmbeddedFiles 5 0 R >> >>"), "夹带"),
        (pdf(packed(b"1 0 << /S /JavaScript /JS (x) >>")), "脚本"),
        (pdf(packed(b"1 0 << /S /Java#53cript /JS (x) >>", b"/Filter [ /FlateDecode ]")), "脚本"),
        (pdf(packed(b"1 0 << >>", b"/Filter /LZWDecode")), "结构异常"),
        (pdf(packed(bytes(70 * MB))), "结构异常"),
        (pdf(b"<< >>").replace(b"trailer<<>>", b"trailer<< /Encrypt 9 0 R >>"), "密码"),
    ],
)
def test_a_pdf_that_acts_or_carries_others_is_refused(content: bytes, reason: str) -> None:
    assert reason in refused(content, "a.pdf")


def test_a_pdf_that_opens_at_a_page_and_links_to_the_web_is_taken() -> None:
    content = pdf(
        b"<< /OpenAction [3 0 R /Fit] >>", b"<< /A << /S /URI /URI (https://www.gov.cn/) >> >>", packed(b"1 0 << >>")
    )
    assert admitted(content, FileKind.PDF).content == content


def test_blanking_a_film_moves_nothing_in_it() -> None:
    film = mp4()
    cleaned = admitted(film, FileKind.MP4).content
    assert len(cleaned) == len(film)
    (offset,) = struct.unpack_from(">I", cleaned, cleaned.index(b"stco") + 12)
    assert cleaned[offset:].startswith(b"FRAMES")
    assert cleaned.count(b"free") == 3


def test_boxes_within_boxes_have_an_end() -> None:
    def nested(depth: int) -> bytes:
        inner = b""
        for _ in range(depth):
            inner = box(b"moov", inner)
        return mp4() + inner

    assert "嵌套过深" in refused(nested(3_000), "a.mp4")
    assert "嵌套过深" in refused(nested(DEEPEST + 2), "a.mp4")
    assert admitted(nested(DEEPEST), FileKind.MP4)


def test_a_recording_sounds_as_before() -> None:
    with wave.open(BytesIO(wav())) as before, wave.open(BytesIO(admitted(wav(), FileKind.WAV).content)) as after:
        assert before.getparams() == after.getparams()
        assert before.readframes(9999) == after.readframes(9999)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(FileKind)), st.data())
def test_no_damage_to_a_file_raises(kind: FileKind, damage: st.DataObject) -> None:
    content = bytearray(SAMPLES[kind])
    for _ in range(damage.draw(st.integers(1, 6))):
        content[damage.draw(st.integers(0, len(content) - 1))] = damage.draw(st.integers(0, 255))
    cut = damage.draw(st.integers(0, len(content)))
    answer = admit(name=f"a.{ENDINGS[kind][0]}", content=bytes(content[:cut]), limit=MB)
    assert isinstance(answer, Admitted | Refusal)


@settings(max_examples=300)
@given(
    st.sampled_from(
        [b"", b"ID3", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x10ftypisom\0\0\0\0", b"%PDF-", b"PK\x03\x04", b"\xff\xfb"]
    )
)
def test_no_rubbish_behind_a_right_beginning_raises(start: bytes) -> None:
    for ending in ("mp3", "wav", "mp4", "pdf", "docx"):
        answer = admit(name=f"a.{ending}", content=start + bytes(40) + b"PK\x05\x06", limit=MB)
        assert isinstance(answer, Refusal)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("现场照片.JPG", "现场照片.jpg"),
        ("..\\..\\windows\\system32\\a.exe.jpg", "a.exe.jpg"),
        ("../../etc/passwd", "passwd"),
        ("报告\u202egpj.pdf", "报告gpj.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        (".jpg", "附件.jpg"),
        ("", "附件"),
        ("  a  b .pdf ", "a b.pdf"),
        ("长" * 300 + ".docx", "长" * 109 + ".docx"),
        ("a.abcdefghijk", "a.abcdefghij"),
    ],
)
def test_names_are_made_safe(name: str, clean: str) -> None:
    assert names.cleaned(name) == clean


@given(st.text(st.characters(exclude_categories=())))
def test_any_name_becomes_a_safe_one_that_stays(name: str) -> None:
    clean = names.cleaned(name)
    assert 0 < len(clean) <= names.LONGEST
    assert not set('\\/:*?"<>|\r\n\t\0') & set(clean)
    assert not clean.startswith(".")
    assert clean.encode()
    assert names.cleaned(clean) == clean


N = norms.ATTACHMENT_CHECKED
ME, OTHER = person(account="me"), "other"
HERE = ("case", "C1")


def kept(**known: object) -> AttachmentRef:
    """A file of mine that waits for its act."""
    usual = {"id": 1, "uploaded_by": "me", "state": FileState.RELEASED, "subject_kind": None, "subject_number": None}
    return plain(AttachmentRef, **{**usual, **known})


BOUND = {"subject_kind": "case", "subject_number": "C1"}
upload = asked(rules.may_upload, name="a.jpg", size=MB, limit=MB)
lay_down = asked(rules.may_lay_down, free=10, least=10)
add = asked(rules.may_add, held=Held(5, 59 * MB), size=MB, most=60 * MB)
unexamined = asked(rules.not_examined, name="a.jpg", why=NotExamined.ENDED)
bind = asked(rules.may_bind, ids=[1], found=[kept()], subject=HERE, actor=ME)
fetch = asked(rules.may_fetch, ref=kept())
BOUNDS = (
    upload.allows("as much as may be"),
    upload.allows("one byte", size=1),
    upload.refuses("nothing", N, "attachments", size=0),
    upload.refuses("a byte more", N, "attachments", size=MB + 1),
    lay_down.allows("where there is just room"),
    lay_down.refuses("where there is not", N, "attachments", free=9),
    add.allows("a sixth that just fits"),
    add.refuses("a seventh", N, "attachments", held=Held(6, 0)),
    add.refuses("a byte too many", N, "attachments", size=MB + 1),
    unexamined.refuses("always", N, "attachments"),
    #
    bind.allows("mine that waits"),
    bind.allows("nothing", ids=[], found=[]),
    bind.refuses("what is not there", N, "attachments", found=[]),
    bind.refuses("another's", N, "attachments", found=[kept(uploaded_by=OTHER)]),
    bind.allows("another's that is here", found=[kept(uploaded_by=OTHER, **BOUND)]),
    bind.allows("mine that is here", found=[kept(**BOUND)]),
    bind.allows("mine that waits, as a proof", fresh=True),
    bind.refuses("mine that is here, as a proof", N, "attachments", fresh=True, found=[kept(**BOUND)]),
    bind.refuses(
        "another's that is here, as a proof", N, "attachments", fresh=True, found=[kept(uploaded_by=OTHER, **BOUND)]
    ),
    bind.refuses("the same contents again, as a proof", N, "attachments", fresh=True, earlier=[kept(id=7, **BOUND)]),
    bind.allows("the same contents again, as no proof", earlier=[kept(id=7, **BOUND)]),
    bind.allows("other contents, as a proof", fresh=True, earlier=[kept(id=7, sha256="b" * 64, **BOUND)]),
    bind.allows("a suspicious one that is here", found=[kept(state=FileState.SUSPICIOUS, **BOUND)]),
    bind.refuses("mine that is elsewhere", N, "attachments", found=[kept(subject_kind="case", subject_number="C2")]),
    bind.refuses("a suspicious one", N, "attachments", found=[kept(state=FileState.SUSPICIOUS)]),
    bind.refuses(
        "a suspicious one after one that is here",
        N,
        "attachments",
        ids=[1, 2],
        found=[kept(**BOUND), kept(id=2, state=FileState.SUSPICIOUS)],
    ),
    bind.refuses("one of two", N, "attachments", ids=[1, 2]),
    #
    fetch.allows("what is released"),
    fetch.refuses("what is looked into", N, ref=kept(state=FileState.WAITING)),
    fetch.refuses("what is suspicious", N, ref=kept(state=FileState.SUSPICIOUS)),
    fetch.refuses("what is erased", norms.IDENTITY_PROTECTED, ref=kept(state=FileState.ERASED)),
)


@pytest.mark.parametrize("row", BOUNDS, ids=str)
def test_what_each_rule_of_attachments_says(row: Row) -> None:
    row.holds()


UNFIT = "unfit"


def told(rule: Callable[..., object]) -> Callable[..., object]:
    """The rule, that says `UNFIT` where it would raise it."""

    @wraps(rule)
    def says(*given: object, **facts: object) -> object:
        try:
            return rule(*given, **facts)
        except Unfit:
            return UNFIT

    return says


def head(version: int = 3, rate: int = 9, samples: int = 0, padding: int = 0, layer: int = 1) -> bytes:
    """The beginning of a frame: MPEG 1 (3), 2 (2) or 2.5 (0), layer III (1), and codes of rate and samples."""
    return bytes((0xFF, 0xE1 | version << 3 | layer << 1, rate << 4 | samples << 2 | padding << 1, 0))


FRAME = head() + bytes(413)
SOUND = FRAME * 3


def tagged(length: int, flags: int = 0, sound: bytes = SOUND) -> bytes:
    """Sound behind a tag of that length."""
    size = bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00" + bytes((flags,)) + size + b"\x01" * (length + (10 if flags & 0x10 else 0)) + sound


def chunk(name: bytes, body: bytes, size: int | None = None) -> bytes:
    """One chunk of a recording."""
    return struct.pack("<4sI", name, len(body) if size is None else size) + body + bytes(len(body) % 2)


def riff(*chunks: bytes) -> bytes:
    """A recording of these chunks."""
    body = b"".join(chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


FMT, FACT, DATA = chunk(b"fmt ", bytes(16)), chunk(b"fact", b"1234"), chunk(b"data", b"sound")
FILM = box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"mvhd", bytes(20)))


def large(name: bytes, body: bytes) -> bytes:
    """A box whose size needs eight bytes."""
    return struct.pack(">I4sQ", 1, name, 16 + len(body)) + body


frame = asked(media._frame, sound=head(), at=0)
mp3_of = asked(told(media.cleaned_mp3), content=SOUND, kind=FileKind.MP3)
wav_of = asked(told(media.cleaned_wav), content=riff(FMT, DATA), kind=FileKind.WAV)
mp4_of = asked(told(media.cleaned_mp4), content=FILM, kind=FileKind.MP4)
SOUNDS = (
    frame.gives("128 kbit/s at 44.1 kHz", 417),
    frame.gives("the same padded", 418, sound=head(padding=1)),
    frame.gives("at 48 kHz", 384, sound=head(samples=1)),
    frame.gives("at 32 kHz", 576, sound=head(samples=2)),
    frame.gives("the slowest", 104, sound=head(rate=1)),
    frame.gives("the fastest", 1044, sound=head(rate=14)),
    frame.gives("of MPEG 2", 208, sound=head(version=2, rate=8)),
    frame.gives("of MPEG 2, the fastest", 522, sound=head(version=2, rate=14)),
    frame.gives("of MPEG 2.5", 417, sound=head(version=0, rate=8)),
    frame.gives("further on", 417, sound=b"\0\0" + head(), at=2),
    frame.gives("of no version", 0, sound=head(version=1)),
    frame.gives("of no rate", 0, sound=head(rate=0, padding=1)),
    frame.gives("of a wrong rate", 0, sound=head(rate=15)),
    frame.gives("of no samples", 0, sound=head(samples=3)),
    frame.gives("of another layer", 0, sound=head(layer=2)),
    frame.gives("that begins otherwise", 0, sound=b"\xfe" + head()[1:]),
    frame.gives("that is cut off", 0, sound=head()[:3]),
    #
    mp3_of.gives("sound alone", SOUND),
    mp3_of.gives("one frame", FRAME, content=FRAME),
    mp3_of.gives("what goes on as no sound", UNFIT, content=FRAME + bytes(range(1, 30))),
    *(
        mp3_of.gives(f"behind a tag of {length} bytes", SOUND, content=tagged(length))
        for length in (0, 1, 1 << 7, 1 << 14, 1 << 21)
    ),
    mp3_of.gives("behind two tags", SOUND, content=tagged(3, sound=tagged(4))),
    mp3_of.gives("behind a tag with a footer", SOUND, content=tagged(5, 0x10)),
    mp3_of.gives("behind a tag with other flags", SOUND, content=tagged(5, 0x0F)),
    mp3_of.gives("before an old tag", SOUND, content=SOUND + b"TAG" + bytes(125)),
    mp3_of.gives("the first bytes of a tag", UNFIT, content=b"ID3"),
    #
    wav_of.gives("format and sound", riff(FMT, DATA)),
    wav_of.gives(
        "these alone and in order", riff(FMT, FACT, DATA), content=riff(chunk(b"LIST", b"a"), DATA, FMT, FACT)
    ),
    wav_of.gives(
        "a fact of nothing at its end",
        riff(FMT, chunk(b"fact", b""), DATA),
        content=riff(FMT, DATA, chunk(b"fact", b"")),
    ),
    wav_of.gives("what hangs on", riff(FMT, DATA), content=riff(FMT, DATA) + bytes(7)),
    wav_of.gives("of unknown length", riff(FMT, DATA), content=riff(FMT, chunk(b"data", b"sound", 0xFFFFFFFF))[:-1]),
    wav_of.gives("another part of unknown length", UNFIT, content=riff(FMT, DATA, chunk(b"LIST", b"", 0xFFFFFFFF))),
    wav_of.gives("that lacks its last byte", UNFIT, content=riff(FMT, chunk(b"data", b"sounds", 7))),
    wav_of.gives("without a format", UNFIT, content=riff(DATA)),
    wav_of.gives("without sound", UNFIT, content=riff(FMT)),
    wav_of.gives("with no sound in it", UNFIT, content=riff(FMT, chunk(b"data", b""))),
    #
    mp4_of.gives("a film", FILM),
    mp4_of.gives("no film", UNFIT, content=box(b"ftyp", b"isom")),
    mp4_of.gives("a film within a track", UNFIT, content=box(b"trak", box(b"moov"))),
    mp4_of.gives("and seven bytes", UNFIT, content=FILM + bytes(7)),
    mp4_of.gives(
        "with a box that goes to the end",
        FILM + struct.pack(">I4s", 0, b"mdat") + b"x",
        content=FILM + struct.pack(">I4s", 0, b"mdat") + b"x",
    ),
    mp4_of.gives("with a large box", FILM + large(b"mdat", b"x"), content=FILM + large(b"mdat", b"x")),
    mp4_of.gives("with a large box of nothing", FILM + large(b"mdat", b""), content=FILM + large(b"mdat", b"")),
    mp4_of.gives("with a large box that is cut off", UNFIT, content=FILM + large(b"mdat", b"")[:-1]),
    mp4_of.gives("with a large box that tells", FILM + large(b"free", bytes(3)), content=FILM + large(b"udta", b"abc")),
)


@pytest.mark.parametrize("row", SOUNDS, ids=str)
def test_what_becomes_of_recordings_and_films(row: Row) -> None:
    row.holds()


def listing(*sizes: int) -> SimpleNamespace:
    """The table of contents of an archive whose parts unpack to so many bytes."""
    infos = []
    for number, size in enumerate(sizes):
        infos.append(ZipInfo(f"p{number}"))
        infos[-1].file_size = size
    return SimpleNamespace(infolist=lambda: infos)


def pdf_ending(behind: int) -> bytes:
    """A PDF with so many blanks behind its end."""
    whole = pdf()
    return whole[: whole.rindex(b"%%EOF") + 5] + b" " * behind


def packing(*lengths: int, most: int) -> object:
    """A PDF with packed objects of these lengths, where so many bytes may be unpacked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portable, "MOST_UNPACKED", most)
        return told(portable.refuse_what_acts)(pdf(*(packed(b" " * length) for length in lengths)))


def begins(content: bytes, at: int = 0) -> object:
    """Where a part begins whose header stands there."""
    part = ZipInfo("a")
    part.header_offset = at
    return told(office._begins)(content, part)


HEADER = b"PK\x03\x04" + bytes(22) + (258).to_bytes(2, "little") + (300).to_bytes(2, "little")
bomb = asked(told(archives.refuse_bomb), archive=listing(1), size=1)
whole = asked(told(archives.whole_pdf), content=pdf_ending(0), kind=FileKind.PDF)
unpack = asked(packing, most=100)
beginning = asked(begins, content=HEADER)
kind_of = asked(sniffing.kind_of, content=b"\xff\xfb\x90\x00\x00")
advice = asked(sniffing.advice, content=b"MZ")
settings_of = asked(pictures._settings, kind=FileKind.WEBP, content=b"")
LARGE = SimpleNamespace(size=(10_000, 5_000), width=10_000, height=5_000)
large_picture = asked(told(pictures._refuse_large), picture=LARGE, frames=1)
LOSSLESS = {"quality": pictures.QUALITY, "lossless": True, "method": pictures.EFFORT}
FORMATS = (
    bomb.gives("a part", None),
    bomb.gives("just so many parts", None, archive=listing(*[0] * archives.MOST_PARTS)),
    bomb.gives("a part too many", UNFIT, archive=listing(*[0] * (archives.MOST_PARTS + 1))),
    bomb.gives("as much as may be", None, archive=listing(archives.MOST_UNPACKED), size=archives.MOST_UNPACKED),
    bomb.gives("a byte more", UNFIT, archive=listing(archives.MOST_UNPACKED, 1), size=archives.MOST_UNPACKED),
    bomb.gives("packed as well as may be", None, archive=listing(200 * MB), size=MB),
    bomb.gives("packed better", UNFIT, archive=listing(200 * MB + 1), size=MB),
    whole.gives("a PDF", pdf_ending(0)),
    whole.gives("with its end just in sight", pdf_ending(2043), content=pdf_ending(2043)),
    whole.gives("with its end out of sight", UNFIT, content=pdf_ending(2044)),
    asked(packing, most=100).gives("just enough", None),
    *(
        asked(lambda lengths, most: packing(*lengths, most=most), lengths=lengths, most=100).gives(f"{lengths}", answer)
        for lengths, answer in (((50, 50), None), ((50, 51), UNFIT))
    ),
    beginning.gives("behind name and more", 30 + 258 + 300),
    beginning.gives("further on", 34 + 258 + 300, content=b"1234" + HEADER, at=4),
    beginning.gives("no header", UNFIT, content=b"PK\x03\x05" + HEADER[4:]),
    beginning.gives("a header that is cut off", UNFIT, content=HEADER[:-1]),
    #
    kind_of.gives("a frame of sound", FileKind.MP3),
    kind_of.gives("four bytes of it", None, content=b"\xff\xfb\x90\x00"),
    kind_of.gives("what begins otherwise", None, content=b"\xfe\xfb\x90\x00\xff"),
    kind_of.gives("another layer", None, content=b"\xff\xfd\x90\x00\x00"),
    kind_of.gives("no archive", None, content=b"PK\x03\x05\x00"),
    advice.gives("what may be uploaded", sniffing.ALLOWED),
    advice.gives("the same of another film", sniffing.ALLOWED, content=b"\0\0\0\x18ftypqt  "),
    advice.gives("the same of what only looks like a photo", sniffing.ALLOWED, content=b"\0\0\0\x18moovheic"),
    settings_of.gives("with losses", {**LOSSLESS, "lossless": False}),
    settings_of.gives("without, if its beginning says so", LOSSLESS, content=bytes(4092) + b"VP8L"),
    settings_of.gives(
        "with losses, whatever stands later", {**LOSSLESS, "lossless": False}, content=bytes(4093) + b"VP8L"
    ),
    large_picture.gives("as large as may be", None),
    large_picture.gives("twice as large", UNFIT, frames=2),
)


@pytest.mark.parametrize("row", FORMATS, ids=str)
def test_what_is_told_of_each_format(row: Row) -> None:
    row.holds()


def examined(content: bytes, name: str = "a.pdf", line: int = 1, **changed: object) -> object:
    """What comes of it in the sandbox, where some things are otherwise there."""
    with pytest.MonkeyPatch.context() as patch:
        for what, other in changed.items():
            patch.setattr(examination, what, other)
        return examination.examine(name=name, content=content, limit=MB, lane=Lane(line=line))


def never(*_: object, **__: object) -> object:
    raise AssertionError("the sandbox was asked")


examine = asked(examined, content=SAMPLES[FileKind.PDF])
EXAMINED = (
    examine.gives("a PDF", Admitted("a.pdf", FileKind.PDF, SAMPLES[FileKind.PDF])),
    examine.refuses("nothing, without a sandbox", N, "attachments", content=b"", call=never),
    examine.refuses("a program", N, "attachments", content=b"MZ" + bytes(60)),
    examine.gives("where too many wait", rules.not_examined("a.pdf", NotExamined.CROWDED), line=0),
    examine.gives("where it breaks", rules.not_examined("a.pdf", NotExamined.BROKEN), _examined=work.break_off),
    examine.gives(
        "where it takes too long",
        rules.not_examined("a.pdf", NotExamined.ENDED),
        _examined=work.sleep,
        BOUNDS=Bounds(seconds=0),
    ),
)


@pytest.mark.parametrize("row", EXAMINED, ids=str)
def test_what_comes_of_looking_into_a_file(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (related(types='<Override ContentType="application/vnd.ms-office.activex.more+xml"/>'), "嵌有"),
        (related(types='<Override ContentType="application/vnd.ms-office.oleobject.more+xml"/>'), "嵌有"),
        (related(types=f'<Default Extension="b" ContentType="{OFFICE}.package"/>'), "嵌有"),
        (related(types='<n:Override n:ContentType="a.vbaProject" xmlns:n="urn:n"/>'), "宏"),
        (docx(**{"word__b.rels": b'<n:Relationship n:Type="a/package" xmlns:n="urn:n"/>'}), "嵌有"),
        (related(("hyperlink", "http://[evil", "External")), "外部的图片"),
        (docx(**{"word__b.rels": b"<a>" + b" " * (office.LONGEST_INDEX - 6) + b"</a>"}), "结构异常"),
        (archive({"/etc/passwd": b"x", "[Content_Types].xml": b"", "word/document.xml": b""}), "结构异常"),
        (docx(aa=b"x", bb=b"x").replace(b"bb", b"aa"), "结构异常"),
        (docx(zz=b"x").replace(b"PK\x03\x04", b"PK\x03\x05", 3).replace(b"PK\x03\x05", b"PK\x03\x04", 2), "结构异常"),
    ],
)  # fmt: skip
def test_an_office_file_in_disguise_is_refused_too(content: bytes, reason: str) -> None:
    assert reason in refused(content, "a.docx")


def test_an_office_file_packed_otherwise_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name in ("[Content_Types].xml", "word/document.xml"):
            made.writestr(name, b"<a/>", compress_type=ZIP_BZIP2 if name.startswith("word") else ZIP_DEFLATED)
    assert "结构异常" in refused(out.getvalue(), "a.docx")


@pytest.mark.parametrize(
    "content",
    [
        related(types='<Other ContentType="application/vnd.ms-office.vbaProject"/>'),
        docx(**{"word__b.rels": b'<Other Type="a/vbaProject"/>'}),
        docx(**{"word__b.rels": b" "}),
        docx(**{"word__b.rels": b"<a>" + b" " * (office.LONGEST_INDEX - 7) + b"</a>"}),
        related(("hyperlink", "#第一章", "External")),
    ],
)
def test_an_office_file_is_refused_for_nothing_else(content: bytes) -> None:
    admitted(content, FileKind.DOCX)


def test_a_part_that_says_what_the_file_is_called_is_emptied_only_where_it_is_the_files() -> None:
    relation = f'<Relationship Type="{TYPES}/core-properties" Target="word/document.xml"/>'
    content = docx(**{"word___rels__document.xml.rels": relation.encode()})
    kept = ZipFile(BytesIO(admitted(content, FileKind.DOCX).content))
    assert "答复" in kept.read("word/document.xml").decode()


def test_an_office_file_that_was_written_as_a_stream_is_a_plain_one_afterwards() -> None:
    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out, parts = Stream(), {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<t/>"}
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert all(info.flag_bits & 8 for info in ZipFile(BytesIO(out.getvalue())).infolist())
    kept = ZipFile(BytesIO(admitted(out.getvalue(), FileKind.DOCX).content))
    assert not any(info.flag_bits & 8 for info in kept.infolist())
    assert {name: kept.read(name) for name in kept.namelist()} == parts


def test_a_pdf_whose_packed_objects_are_none_is_refused() -> None:
    strange = b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nno zlib\nendstream"
    assert "结构异常" in refused(pdf(strange), "a.pdf")


def test_a_picture_is_as_transparent_as_quick_and_as_grey_as_before() -> None:
    drawn, out = Image.new("P", (4, 4)), BytesIO()
    drawn.save(out, format="PNG", transparency=0)
    with Image.open(BytesIO(admitted(out.getvalue(), FileKind.PNG).content)) as seen:
        assert seen.info["transparency"] == 0
    with Image.open(BytesIO(admitted(blank(FileKind.JPEG, 4, 4, "L"), FileKind.JPEG).content)) as seen:
        assert seen.mode == "L"
    with Image.open(BytesIO(admitted(flicker(3), FileKind.GIF).content)) as seen:
        assert seen.info["duration"] == 300, "a tenth of a second each, where nothing is said"
        assert "loop" not in seen.info
    with Image.open(BytesIO(admitted(moving(FileKind.GIF), FileKind.GIF).content)) as seen:
        assert seen.info["loop"] == 0


def test_of_the_pictures_that_a_telephone_puts_into_one_file_the_first_is_kept() -> None:
    shots, out = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")], BytesIO()
    shots[0].save(out, format="MPO", save_all=True, append_images=shots[1:])
    with Image.open(BytesIO(admitted(out.getvalue(), FileKind.JPEG).content)) as seen:
        assert (seen.format, getattr(seen, "n_frames", 1)) == ("JPEG", 1)


def test_half_of_what_a_picture_may_be_is_counted_once() -> None:
    assert "损坏" in refused(bomb_png(6_000, 5_000), "a.png")


def test_what_cannot_be_written_is_too_large() -> None:
    class Full:
        def save(self, *_: object, **__: object) -> None:
            raise OSError

    with pytest.raises(Unfit, match="太大"):
        pictures._draw(Full(), BytesIO(), FileKind.PNG, b"")  # type: ignore[arg-type]
