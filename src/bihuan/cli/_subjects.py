"""What is declared of every kind of subject, as a page."""

from collections.abc import Iterable, Iterator

from bihuan.cases.types import Part
from bihuan.duties.types import DutySpec
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

_LIFE = ("环节", "代码", "步骤", "说明")
_DUTIES = ("职责", "代码", "责任单位", "职务", "时限", "规范", "说明")


def page() -> str:
    """The whole page."""
    head = (
        "# 事项种类\n\n由 `bihuan docs` 生成，勿手工修改。每一种有生命周期的事项在其所在包的 `subject` 中声明一次。\n"
    )
    return "\n".join([head, *map(_told, REGISTRY)])


def _told(kind: Kind) -> str:
    lines = [
        f"## {kind.table.label} `{kind.word}`\n",
        *(f"- {line}" for line in _facts(kind)),
        f"\n{_table(_LIFE, _stages(kind))}",
        _table(_DUTIES, map(_duty, kind.duties.values())),
    ]
    return "\n".join(lines) + "\n"


def _facts(kind: Kind) -> Iterator[str]:
    package = kind.row.__module__.removesuffix(".models")
    yield f"声明：`{package}.subject`；页面和接口：`{kind.url}`、`/api/v1{kind.url}`"
    told = f"（`{kind.told_by} = {kind.word}`）" if kind.told_by else ""
    yield f"数据表：`{kind.row._meta.db_table}`{told}；参与的单位：`{kind.parts._meta.db_table}`"
    if kind.stands_on:
        rests = "，随其暂停" if kind.stands_on.rests is not None else ""
        yield f"依附于：{kind.stands_on.base.label}{rests}"
    evidence = REGISTRY.evidence_of(kind)
    if numbers := [f"`{series.counter}`" for known in evidence for series in known.numbers]:
        yield f"连续编号：{'、'.join(numbers)}"
    if digests := [f"`{digest.name}`" for known in evidence for digest in known.digests]:
        yield f"以摘要核对的文字：{'、'.join(digests)}"
    if added := sorted(f"`{event.kind}`" for known in evidence[1:] for event in known.replay):
        yield f"其他包写入其记录的事件：{'、'.join(added)}"
    yield f"环节表：[stages-{kind.word}.md](stages-{kind.word}.md)"


def _stages(kind: Kind) -> Iterator[list[str]]:
    for stage, traits in kind.traits.items():
        said = {"时钟暂停": traits.paused, "有一个单位在办": traits.with_unit, "终结": stage in kind.table.ends}
        yield [stage.label, f"`{stage.value}`", traits.step, "、".join(words for words, holds in said.items() if holds)]


def _duty(spec: DutySpec) -> list[str]:
    said = {"可暂停": spec.rests, "事项终结后仍须履行": spec.survives}
    about = "、".join(words for words, holds in said.items() if holds)
    codes = (
        f"`{spec.kind.value}`",
        Part(spec.part).label,
        f"`{spec.post}`",
        f"`{spec.limit}`" if spec.limit else "—",
        f"`{spec.norm.name}`",
    )
    return [spec.kind.label, *codes, about]


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    head = list(head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows]) + "\n"
