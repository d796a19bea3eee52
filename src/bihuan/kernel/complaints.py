"""What is wrong with a form, in the words of the official who fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bihuan.kernel.fields import Fields
from bihuan.kernel.vocabulary import Vocabulary

_WORDS = {
    "missing": "请填写",
    "string_too_long": "不能超过{max_length}个字",
    "string_too_short": "不能少于{min_length}个字",
    "too_long": "不能超过{max_length}{unit}",
    "too_short": "不能少于{min_length}{unit}",
    "string_pattern_mismatch": "格式不对",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "extra_forbidden": "没有这一项",
    "timezone_aware": "时间须带时区",
    "string_unicode": "文字中含有不可识别的字符",
}
_KINDS = {
    "bool": "请填“是”或“否”",
    "int": "请填整数",
    "date": "日期看不懂",
    "datetime": "时间看不懂",
    "time": "时长看不懂",
    "string": "请填文字",
    "tuple": "请填一组内容",
}
_IN_JSON = {
    "bool": "请填 true 或 false",
    "date": "日期看不懂，请写作 2025-01-31",
    "datetime": "时间看不懂，请写作 2025-01-31T09:00:00+08:00",
}
"""What a system is told instead, which fills in no boxes."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one field; with the form as a whole where `field` is empty."""

    field: str
    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label}：{self.text}" if self.label else self.text


def complaints(error: ValidationError, form: type[Fields], *, in_json: bool = False) -> list[Complaint]:
    """Everything that is wrong with what was filled in, by a person or `in_json` by a system."""
    kinds = {**_KINDS, **_IN_JSON} if in_json else _KINDS
    return [_complaint(said, form, kinds) for said in error.errors(include_url=False)]


def _complaint(said: ErrorDetails, form: type[Fields], kinds: Mapping[str, str]) -> Complaint:
    name = str(said["loc"][0]) if said["loc"] else ""
    field = form.model_fields.get(name)
    label = (field.title or name) if field else name
    text = _text(said, _choices(field.annotation if field else None), kinds)
    if said["type"] == "string_pattern_mismatch" and field is not None:
        text += _right(field)
    return Complaint(name, label, text)


def _right(field: FieldInfo) -> str:
    """How the field is filled in rightly: what it says of itself, and an example."""
    told = f"：{field.description}" if field.description else ""
    return f"{told}，如 {field.examples[0]}" if field.examples else told


def _choices(kind: object) -> str:
    if isinstance(kind, type) and issubclass(kind, Vocabulary):
        return "、".join(word.label for word in kind)
    return ""


def _text(said: ErrorDetails, choices: str, kinds: Mapping[str, str]) -> str:
    context = {**said.get("ctx", {}), "unit": "个字" if isinstance(said["input"], str) else "项"}
    if said["type"] == "value_error":
        return str(context["error"])
    if said["type"] == "enum":
        return f"应为{choices}之一" if choices else "不是可选的内容"
    if said["type"] == "missing" and choices:
        return "请选择"
    if words := _WORDS.get(said["type"]):
        return words.format_map(context)
    return kinds.get(said["type"].split("_")[0], "填写有误")
