"""Rules of the list of places."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from bihuan.kernel.complaints import complaints
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.localities.types import Line, NewLocality
from bihuan.policy import norms

MOST = 50_000
"""The most lines of a list: the villages of the largest cities are some ten thousand."""
TOLD = 5
"""How many wrong lines are told at once."""


def above(code: str, known: Mapping[str, object]) -> str:
    """The place in which another lies: the longest beginning of its code that is listed; nothing for the widest."""
    return next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in known), "")


def full_names(names: Mapping[str, str]) -> dict[str, str]:
    """Code → the names from the widest place down to the place itself."""
    told: dict[str, str] = {}
    for code in sorted(names, key=len):
        wider = above(code, names)
        told[code] = f"{told[wider]} {names[code]}" if wider else names[code]
    return told


@carries_out(norms.REGISTER)
def may_load(lines: Sequence[Line]) -> Refusal | None:
    """地点名录的每一行须有代码和名称，代码不得重复；有一行不合格的，整份不导入。"""
    if len(lines) > MOST:
        return Refusal(f"一份名录最多{MOST}行，这份有{len(lines)}行。", norms.REGISTER)
    wrong = list(_wrong(lines)) if lines else ["表里没有地点"]
    if not wrong:
        return None
    more = f"；另有{len(wrong) - TOLD}行" if len(wrong) > TOLD else ""
    return Refusal(f"{'；'.join(wrong[:TOLD])}{more}。名录没有改动。", norms.REGISTER)


def _wrong(lines: Iterable[Line]) -> Iterable[str]:
    seen: dict[str, int] = {}
    for line in lines:
        try:
            code = NewLocality(code=line.code, name=line.name).code
        except ValidationError as invalid:
            first = next(iter(complaints(invalid, NewLocality)))
            yield f"第{line.at}行{first.label}：{first.text}"
            continue
        if code in seen:
            yield f"第{line.at}行的代码{code}与第{seen[code]}行重复"
        seen.setdefault(code, line.at)


@carries_out(norms.REGISTER)
def may_lie_at(code: str, *, listed: bool) -> Refusal | None:
    """事发地点的代码须在本地地点名录之内。"""
    if not code or listed:
        return None
    return Refusal(f"地点名录中没有代码{code}，或者已经停用。", norms.REGISTER, field="place_code")
