"""What is wrong with a TOML file, in Chinese: whoever writes a regulation or a calendar is no programmer."""

import re
import tomllib

_WORDS = (
    (r"Invalid value", "等号后面的不是值；文字要用英文双引号括起来，数字、true 和 false 不要括"),
    (r"Invalid statement|initial character for a key", "应是“名称 = 值”或“[表名]”，名称只用英文字母、数字和下划线"),
    (r"Expected '=' after", "名称后面缺等号，或者名称里有空格"),
    (r"newline or end of document", "一行只写一项；值的后面有多余的字"),
    (r"Expected '\]\]?' at", "表名后面缺方括号"),
    (r"Unterminated string", "引号没有收尾"),
    (r"Expected '(.)'|Expected \"(.)\"", "缺引号或括号"),
    (r"Cannot declare|Cannot redefine", "同一张表写了两次"),
    (r"overwrite|mutate|Duplicate", "同一个名称写了两次"),
    (r"Unclosed array", "方括号没有收尾，或者各项之间缺逗号"),
    (r"Unclosed inline table", "花括号没有收尾，或者各项之间缺逗号"),
    (r"Unescaped '|hex value|Escaped character", "文字里的反斜杠要写两个"),
    (r"[Ii](?:nvalid|llegal) character", "有不能用的字符，或者引号没有在本行收尾"),
    (r"Invalid date", "没有这个日期"),
)


def line_of(error: tomllib.TOMLDecodeError) -> int | None:
    """The line that the error names, from 1; None where the file ends too early."""
    found = re.search(r"\(at line (\d+)", str(error))
    return int(found[1]) if found else None


def words_of(error: tomllib.TOMLDecodeError) -> str:
    """What is wrong there."""
    return next((words for sign, words in _WORDS if re.search(sign, str(error))), "写法不符合 TOML")
