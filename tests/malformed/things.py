"""Things that nobody should send: by a seed, so that what failed can be sent again."""

# ruff: noqa: E501  lists that are read across

import io
import json
import random
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

TEXTS = (
    "\x00", "a\x00b", "\ud800", "路灯\udfff", "\u202e灯路", "\u200f\u200e\u2066", "👩‍👩‍👧‍👦" * 50, "̈" * 500, "\x1b[31m", "\r\n\r\nSet-Cookie: x=1",
    "=HYPERLINK(\"http://x\",\"y\")", "@SUM(1+1)*cmd|' /C calc'!A0", "+1-1", "-2+3", "<script>alert(1)</script>", "{{ 7*7 }}", "${jndi:ldap://x}",
    "'; DROP TABLE cases_case; --", "%s%n%x", "../../etc/passwd", "", " ", "\u3000", "\ufeff", "NaN", "Infinity", "-1", "1e999", "0x10", "９９９", "٣", "²",
    "99999999999999999999999999", "2024-02-30", "0000-00-00", "9999-12-31T23:59:59.999999+14:00", "24:61", "null", "undefined", "True", "\u2028", "a" * 300,
    "长" * 5000, "長" * 70000, "\uffff", "\U0010ffff",
    "9" * 5000, "-" + "9" * 5000, "q=%00&place=%00&channel=%00&unit=%00&from=%00", "《" * 3000, "13" * 3000, "\u0315\u0300" * 500,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**40, 1.5, -0.0, 1e308, [], {}, [[]], [None], {"": ""}, {"a": {"b": [1, {"c": None}]}},
    [1] * 3000, ["x", 1, None], "x",
)  # fmt: skip


def value(dice: random.Random) -> Any:
    """Anything that JSON can say, and some things more."""
    return dice.choice(TEXTS) if dice.random() < 0.7 else dice.choice(VALUES)


def spoilt(form: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """A form filled in by the book, with some of it spoilt, left out or made up."""
    said = dict(form)
    for name in dice.sample(sorted(said), k=dice.randint(1, min(4, len(said)))) if said else ():
        if dice.random() < 0.2:
            del said[name]
        else:
            said[name] = value(dice)
    if dice.random() < 0.3:
        said[dice.choice(TEXTS)] = value(dice)
    return said


def body(form: Mapping[str, Any], dice: random.Random) -> bytes:
    """A body of a request: a spoilt form, or no form at all."""
    match dice.randrange(10):
        case 0:
            return dice.randbytes(dice.randint(0, 2000))
        case 1:
            return b"[" * dice.choice((1, 100, 100_000))
        case 2:
            whole = json.dumps(form).encode()
            return whole[: dice.randrange(len(whole))]
        case 3:
            return json.dumps(form, ensure_ascii=False).encode(
                dice.choice(("gb18030", "utf-16", "utf-32", "utf-8-sig"))
            )
        case 4:
            return json.dumps(value(dice)).encode()
        case 5:
            return json.dumps(form).encode()[:-1] + b', "title": NaN, "title": 1e999999}'
        case _:
            return json.dumps(spoilt(form, dice)).encode()


def typed(form: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """A form as a browser would send it, spoilt."""
    said = {name: what if isinstance(what, str) else json.dumps(what) for name, what in spoilt(form, dice).items()}
    return {encodable(name): encodable(what) for name, what in said.items()}


def encodable(text: str) -> str:
    """Without half characters, which the test's client cannot send."""
    return text.encode("utf-8", "replace").decode()


def archive(dice: random.Random, *, name: str = "word/document.xml") -> bytes:
    """A zip that is a bomb, a lie, or full of strange names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        match dice.randrange(4):
            case 0:
                zipped.writestr("[Content_Types].xml", "<Types/>")
                zipped.writestr(name, b"\0" * dice.choice((30_000_000, 60_000_000)))
            case 1:
                for count in range(dice.choice((10, 3000))):
                    zipped.writestr(f"x/{count}", b"")
            case 2:
                zipped.writestr("../../../etc/cron.d/x", "x")
                zipped.writestr("[Content_Types].xml", dice.choice(TEXTS).encode("utf-8", "replace"))
            case _:
                inner = archive(dice, name=name) if dice.random() < 0.5 else b"x"
                zipped.writestr("a.zip", inner)
    whole = out.getvalue()
    return whole if dice.random() < 0.7 else whole[: dice.randrange(1, len(whole))]


MAGICS: Sequence[bytes] = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"GIF89a\xff\xff\xff\xff",
    b"%PDF-1.7\n", b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"RIFF\x04\x00\x00\x00WAVE", b"ID3\x03\x00\x7f\x7f\x7f\x7f", b"\x00\x00\x00\x18ftypmp42", b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF", b"#!/bin/sh\n", b"<svg onload=alert(1)>", b"",
)  # fmt: skip


def file(dice: random.Random) -> tuple[str, bytes]:
    """A file with a strange name and a content that is not what it says."""
    ends = ("png", "jpg", "pdf", "docx", "xlsx", "mp4", "exe", "svg", "", "png.exe", "\u202egnp.exe")
    name = dice.choice(("图", "a" * 300, "../x", "con", "\u202e", "a b", "👍", "x\ty")) + "." + dice.choice(ends)
    if dice.random() < 0.35:
        return name, archive(dice)
    return name, dice.choice(MAGICS) + dice.randbytes(dice.choice((0, 1, 50, 5000)))


def table(dice: random.Random) -> tuple[str, bytes]:
    """A table of letters that is none, or is full of what no letter says."""
    headings = ["来件时间", "标题", "诉求内容", "联系电话", "姓名", "地址"]
    match dice.randrange(6):
        case 0:
            return "a.xlsx", archive(dice, name="xl/worksheets/sheet1.xml")
        case 1:
            return "a.xlsx", dice.choice(MAGICS) + dice.randbytes(500)
        case 2:
            return "a.csv", dice.randbytes(dice.randint(0, 3000))
        case 3:
            return "a.csv", (",".join(headings) + "\n" + '"' * dice.randint(1, 9999)).encode()
        case _:
            dice.shuffle(headings)
            rows = [[dice.choice(TEXTS)[:4000] for _ in range(dice.randint(0, 9))] for _ in range(dice.randint(1, 20))]
            text = "\n".join(",".join(row) for row in [headings, *rows])
            return "a.csv", text.encode(dice.choice(("utf-8", "gb18030", "utf-16")), "replace")
