"""Whoever writes a regulation is told in Chinese what is wrong with the file."""

import inspect
import re
import sys
import tomllib

import pytest

from bihuan.policy.toml import line_of, words_of

WRONG = {
    "quotes of Chinese": ("a = “一”", 1, "英文双引号"),
    "a name in Chinese": ("名称 = 1", 1, "名称只用英文字母"),
    "a name that begins with a bracket of Chinese": ("【a】", 1, "名称只用英文字母"),
    "no equals sign": ("\na b", 2, "缺等号"),
    "two on a line": ('a = "x" b = 1', 1, "一行只写一项"),
    "a table that is not closed": ("[a\n", 1, "方括号"),
    "a list of tables that is not closed": ("[[a]\n", 1, "方括号"),
    "a text that is not closed": ('a = "b', None, "引号没有收尾"),
    "a text over the end of its line": ('a = "b\n"', 1, "引号没有在本行收尾"),
    "a table twice": ("[a]\nb = 1\n[a]\n", 3, "写了两次"),
    "a table that was a list": ("[[a]]\n[a]\n", 2, "写了两次"),
    "a list of what was a table": ("[a]\n[[a]]\n", 2, "写了两次"),
    "a name twice": ("a = 1\na = 2", None, "写了两次"),
    "a name twice in braces": ("a = {b = 1, b = 2}", 1, "写了两次"),
    "a value added to": ("a = {}\n[a.b]\nc = 1", 2, "写了两次"),
    "a list that is not closed": ("a = [1 2]", 1, "方括号没有收尾"),
    "braces that are not closed": ("a = {b = 1 c = 2}", 1, "花括号没有收尾"),
    "a path of another system": (r'a = "C:\data"', 1, "反斜杠"),
    "a wrong number of a letter": (r'a = "\u12"', 1, "反斜杠"),
    "half a letter": (r'a = "\ud800"', 1, "反斜杠"),
    "what no text holds": ("a = 'x\x00'", 1, "不能用的字符"),
    "no such day": ("a = 2021-02-30", 1, "没有这个日期"),
}


@pytest.mark.parametrize(("text", "line", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int | None, words: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)
    assert line_of(refused.value) == line
    assert words in words_of(refused.value)


def test_no_word_of_the_library_is_left_over() -> None:
    """What the library may say of a file, as its own source says it."""
    source = re.sub(r"\s+", " ", inspect.getsource(sys.modules[tomllib.loads.__module__]))
    said = re.findall(r"suffixed_err\( ?src, (?:pos|new_pos), f?\"((?:[^\"\\]|\\.)+)\"", source)
    assert len(said) > 20
    usual = words_of(tomllib.TOMLDecodeError("of which nobody has heard"))
    assert [
        one
        for one in said
        if words_of(tomllib.TOMLDecodeError(one.replace("{expect!r}", "'x'").replace(2 * "\\", "\\"))) == usual
    ] == []
