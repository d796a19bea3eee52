"""The catalogue of norms: what somebody who writes a pack may bind, and what that wants."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bihuan.cases.types import AppealType, Part
from bihuan.cli._clauses import cell_of, code, lines, table
from bihuan.duties.types import DutySpec
from bihuan.kernel.norm import WANTED, Norm, Wants
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post, powers
from bihuan.policy import norms
from bihuan.policy.assessment import ATOMS, METRICS
from bihuan.policy.limits import LimitName, Unit
from bihuan.policy.pack import PARAMETERS, USUAL_URGENCIES, Capacity, GroundOf, Name, Pack
from bihuan.policy.reading import NEEDS
from bihuan.vetting.engine import Carriers, Subject, know_rules

HEAD = """\
# 规范目录

由 `bihuan docs` 生成，勿手工修改。编写规则文件时可以确立的全部规范（norm），以及确立它要同时写明什么：

- **例**：自带的规定里确立它的条款；没有条款的，以默认值确立它的依据。自己的规定里的话，与它是一个意思的，就是这个规范。
- **环节、职责**：确立后才有的环节和职责；没有确立的，对该地的事项不存在，也不以它拒绝任何人。
- **时限**：须在 `[[limit]]` 中设定的时限名称（有系统默认值的除外）。
- **承担者**：须有的单位职能（`capacities`）和职务（`[[post]]`）；写“或”的有一个即可。
- **相关规范**：标“须”的一定要一起确立；其余的，确立它的环节所产生的职责，没有确立的就没有这项职责。缺了闭环会断开的，
  `bihuan pack check` 会指出。
- **参数**：可以用 `parameters` 或 `[[parameter]]` 另定的值，括号内为默认值。
"""
ALWAYS = "（程序始终这样做，不能不设）"


def page(packs: Sequence[Pack], subjects: Sequence[Subject], carriers: Mapping[str, Carriers]) -> str:
    """The whole page."""
    know_rules()
    rows = [_norm(norm, packs, subjects, carriers.get(norm.name, Carriers())) for norm in norms.ALL.values()]
    head = ("规范", "含义", "例", "环节", "职责", "时限", "承担者", "相关规范", "参数")
    return "\n".join([HEAD, table(head, rows), *_words(subjects)])


def _norm(norm: Norm, packs: Sequence[Pack], subjects: Sequence[Subject], carrier: Carriers) -> tuple[str, ...]:
    wants = WANTED.get(norm.name, Wants())
    specs = [spec for subject in subjects for spec in subject.duties.values() if spec.norm == norm]
    limits = dict.fromkeys([*(spec.limit for spec in specs if spec.limit), *sorted(wants.limits)])
    defaults = {spec.limit: spec.otherwise for spec in specs if spec.otherwise}
    return (
        code(norm.name),
        cell_of(norm.title) + (ALWAYS if norm.always else ""),
        _example(norm, packs),
        lines(carrier.acts),
        lines(carrier.duties),
        lines(f"{code(name)}{_otherwise(defaults.get(name, ''))}" for name in limits),
        lines(dict.fromkeys([*_holders(norm, subjects, specs), *map(_capacity, sorted(wants.capacities))])),
        lines(dict.fromkeys([*_partners(norm, subjects)])),
        lines(f"{code(name)}（{_told(value)}）" for name, value in PARAMETERS.get(norm.name, {}).items()),
    )


def _example(norm: Norm, packs: Sequence[Pack]) -> str:
    """The clause by which a regulation binds it; where none does, the basis on which one does."""
    bound = [(pack, pack.bindings[norm.name]) for pack in packs if pack.binds(norm)]
    for pack, binding in bound:
        if binding.clause is not None:
            return f"{binding.clause}：{cell_of(pack.clauses[binding.clause].text)}"
    return f"（默认值）{cell_of(bound[0][1].basis or '')}" if bound else ""


def _otherwise(limit: str) -> str:
    return f"（默认 {limit}）" if limit else ""


def _capacity(name: str) -> str:
    return code(name)


def _holders(norm: Norm, subjects: Sequence[Subject], specs: Sequence[DutySpec]) -> Iterator[str]:
    """Who owes its duties, and who does its acts."""
    yield from (f"{code(Part(spec.part).capacity)} {code(spec.post)}" for spec in specs)
    for subject in subjects:
        for move in subject.table.moves:
            roles = [role for role in move.who if role.posts and role.part is not None]
            if move.norm == norm and roles:
                told = (f"{code(Part(r.part).capacity)} {'/'.join(map(code, r.posts))}" for r in roles if r.part)
                yield " 或 ".join(dict.fromkeys(told))


def _partners(norm: Norm, subjects: Sequence[Subject]) -> Iterator[str]:
    """The norms without which it is not carried out: of what it needs, and of the duties that its acts open."""
    if norm.name in NEEDS:
        yield f"须 {code(NEEDS[norm.name][0])}"
    for subject in subjects:
        for move in subject.table.moves:
            if move.norm == norm and move.origin is not None and move.target != move.origin:
                opened = {subject.duties[kind].norm.name for kind in move.opens} - {norm.name}
                yield from map(code, sorted(opened))


def _told(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _words(subjects: Sequence[Subject]) -> Iterator[str]:
    yield "## 单位职能（`capacities`）\n"
    yield _vocabulary(Capacity)
    yield "## 职务（`[[post]]`）\n"
    posts = ((code(post), "、".join(power.label for power in sorted(powers([post])))) for post in Post)
    yield table(("职务", "个人信息和账号方面的权限"), posts)
    yield "## 名称（`[[name]]`）\n"
    yield "程序的话怎样称呼这些机构；没有写的，有这种职能的单位类型只有一种时用它的名称，否则用下面的通称。\n"
    yield _vocabulary(name for name in Name if name.capacity)
    yield "## 紧急程度（`[[urgency]]`，不写时的）\n"
    yield table(
        ("code", "含义", "作用"),
        ((code(one.code), one.label, code("usual" if one.usual else "urgent")) for one in USUAL_URGENCIES),
    )
    yield "## 诉求类型（`appeal_type`）\n"
    yield _vocabulary(AppealType)
    yield "## 理由（`[[ground]]`）\n"
    yield table(
        ("of", "含义", "须确立的规范", "可以要求（`demands`）"),
        (
            (code(of), of.label, code(of.norm.name), "、".join(f"{code(one)}（{one.label}）" for one in of.may_demand))
            for of in GroundOf
        ),
    )
    yield "## 时限（`[[limit]]`）\n"
    yield (
        "从所列的环节办理的那一刻起算；延期、重办、补充材料怎样接着算，见编写手册第5章。空着的，"
        "由用到它的规范换用或者比较（攻坚哨的报到按 `check_in_tough`，不按 `check_in_routine`）。\n"
    )
    limits = ((code(n), n.label, lines(_begun(n, subjects)), lines(_used(n, subjects))) for n in LimitName)
    yield table(("时限", "含义", "自哪个环节起算", "由哪些规范用到"), limits)
    yield "## 考核指标（`[assessment]` 的 `metric`）\n"
    yield table(("指标", "含义", "怎样计算"), ((code(one.code), one.label, one.words) for one in METRICS.values()))
    yield "## 统计项（`count`、`over`、`under`）\n"
    yield table(("统计项", "含义"), ((code(one.code), one.label) for one in ATOMS.values()))
    yield "## 时限的单位\n"
    yield _vocabulary(Unit)


def _begun(name: LimitName, subjects: Sequence[Subject]) -> Iterable[str]:
    """The acts from which on it runs: they open a duty that has it."""
    return dict.fromkeys(
        f"{subject.table.label}·{move.act.label}"
        for subject in subjects
        for move in subject.table.moves
        if any(subject.duties[kind].limit == name for kind in (*move.opens, *move.may_open))
    )


def _used(name: LimitName, subjects: Sequence[Subject]) -> Iterable[str]:
    specs = (spec for subject in subjects for spec in subject.duties.values() if spec.limit == name)
    by_rules = (norm for norm, wants in sorted(WANTED.items()) if name in wants.limits)
    return dict.fromkeys(code(norm) for norm in [*(spec.norm.name for spec in specs), *by_rules])


def _vocabulary(words: Iterable[Vocabulary]) -> str:
    return table(("写法", "含义"), ((code(word), cell_of(word.label)) for word in words))
