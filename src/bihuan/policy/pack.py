"""A regulation as data: its clauses, the norms bound to them, channels, unit types, posts and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.policy.assessment import NONE, Assessment
from bihuan.policy.calendar import OfficeHours
from bihuan.policy.ladders import FALL_DUE, Ladder, Step
from bihuan.policy.limits import Limit, LimitName
from bihuan.policy.rhythms import Rhythm

Value = TypeVar("Value", int, str, bool)


class Capacity(Vocabulary):
    """What a type of unit is for."""

    DESK = "desk", "受理平台：登记、派单、审核、回访"
    HANDLING = "handling", "承办单位"
    OFFICE = "office", "清单管理机构"
    SUPERVISION = "supervision", "督查督办机构"
    LEADERSHIP = "leadership", "领导机构"
    DETERMINATION = "determination", "责任主体认定机构"
    PERSONNEL = "personnel", "组织考核机构"
    DISCIPLINE = "discipline", "纪检监察机构"
    TOWNSHIP = "township", "乡镇（街道）"
    STAFFING = "staffing", "机构编制部门：攻坚哨事项清单、承办责任"
    GRASSROOTS = "grassroots", "村（社区）、网格等协同力量"


class Name(Vocabulary):
    """Whom texts of the program name; the label is said where a regulation has no word of its own.

    A body is called what `[[name]]` says, or else like the only type of unit with its capacity; an official like the
    post of that code.
    """

    LEADERSHIP = "leadership", "领导机关", Capacity.LEADERSHIP
    LEADER = "leader", "领导"
    DESK = "desk", "受理平台", Capacity.DESK
    OFFICE = "office", "清单管理机构", Capacity.OFFICE
    LIST_DIRECTOR = "list_director", "清单管理机构负责人"
    SUPERVISION = "supervision", "督查考核机构", Capacity.SUPERVISION
    TOWNSHIP = "township", "乡镇（街道）", Capacity.TOWNSHIP
    STAFFING = "staffing", "机构编制部门", Capacity.STAFFING
    JUSTICE = "justice", "司法行政部门", Capacity.DETERMINATION
    DISCIPLINE = "discipline", "追责问责机关", Capacity.DISCIPLINE
    HEAD = "head", "主要负责人"
    DEPUTY = "deputy", "分管负责人"
    HANDLER = "handler", "经办人"
    LIAISON = "liaison", "联络员"
    REGISTRAR = "registrar", "受理员"
    DISPATCHER = "dispatcher", "派单员"
    REVIEWER = "reviewer", "审核员"
    CALLER = "caller", "回访员"
    SUPERVISOR = "supervisor", "督办员"
    LIST_KEEPER = "list_keeper", "清单管理员"
    ADMINISTRATOR = "administrator", "系统管理员"
    OPERATOR = "operator", "运维员"

    def __init__(self, value: str, label: str = "", capacity: str = "") -> None:
        self.capacity = capacity
        """What a type of unit of that name is for; of an official there is none."""


PLAIN: Mapping[str, str] = MappingProxyType({name.value: name.label for name in Name})
"""What everybody is called where no regulation is at hand."""


class AppealType(Vocabulary):
    """What the requester wants."""

    CONSULT = "CONSULT", "咨询"
    HELP = "HELP", "求助"
    COMPLAINT = "COMPLAINT", "投诉"
    REPORT = "REPORT", "举报"
    SUGGEST = "SUGGEST", "建议"
    PRAISE = "PRAISE", "表扬"


@dataclass(frozen=True, slots=True)
class Instrument:
    """The document that the pack writes down."""

    title: str
    number: str
    issuer: str
    in_force_from: date


class Carried(Vocabulary):
    """How far a clause is carried out by the program."""

    WHOLE = "whole", "已落实"
    PARTLY = "partly", "部分落实"
    NOT_YET = "not_yet", "尚未实现"
    ORGANISATIONAL = "organisational", "组织措施"


@dataclass(frozen=True, slots=True)
class Clause:
    """One obligation of the instrument; `organisational` where no software can carry it out.

    `norms` are bound to this clause; `also` are bound elsewhere, but this clause commands them too. `partly` tells what
    of its sentence they do not carry out.
    """

    id: str
    text: str
    organisational: bool = False
    norms: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    partly: str = ""

    @property
    def state(self) -> Carried:
        """How far the program carries it out."""
        if self.organisational:
            return Carried.ORGANISATIONAL
        if not (self.norms or self.also):
            return Carried.NOT_YET
        return Carried.PARTLY if self.partly else Carried.WHOLE


@dataclass(frozen=True, slots=True)
class Binding:
    """Why a norm holds in a jurisdiction: the clause that commands it, or the basis of the default."""

    norm: str
    clause: str | None
    basis: str | None
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in which requests come; `owner_unit_type` takes them in, `number` stands in the case number.

    By a `public` one requesters submit by themselves, on the public site. `reported_under` is the clause by which its
    owner reports what was not solved in time, where the regulation has one for each owner.
    """

    code: str
    number: str
    label: str
    owner_unit_type: str
    named_in: str | None = None
    reported_under: str | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit; `needs_superior` where results go to a superior body outside the jurisdiction."""

    code: str
    label: str
    capacities: frozenset[str]
    needs_superior: bool = False

    def serves(self, capacity: str) -> bool:
        """Whether units of the type are the body of that capacity. The staffing body takes part in determinations as
        what it is: one that determines as well is not the other body that does."""
        twice = capacity == Capacity.DETERMINATION and Capacity.STAFFING in self.capacities
        return capacity in self.capacities and not twice


@dataclass(frozen=True, slots=True)
class Post:
    """A post that somebody holds in a unit."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Category:
    """A class of requests (主题分类); what lies below it begins with its code and a dot."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Urgency:
    """How pressing a request may be called: one is the `usual` one, others `urgent`; from the least to the greatest."""

    code: str
    label: str
    usual: bool = False
    urgent: bool = False


USUAL_URGENCIES = (Urgency("normal", "一般", usual=True), Urgency("urgent", "紧急", urgent=True))
"""What holds for a regulation that lists none."""
MOST_URGENT = "*"
"""As the urgency of an emergency: the greatest that the regulation lists, whatever it calls that."""


class Demand(Vocabulary):
    """What somebody who names a ground must give with it, or whoever decides on it must do."""

    PAPER = "paper", "附上文件"
    OTHER_UNIT = "other_unit", "写明建议承办单位"
    BASIS = "basis", "写明政策法规依据"
    WRITTEN = "written", "书面告知诉求人"


class GroundOf(Vocabulary):
    """What is proposed, asked for or answered on a ground that the regulation lists: by which norm, and what a ground
    may demand there."""

    DECLINE = "decline", "不予受理", norms.DECLINE_WITH_GROUND, (Demand.PAPER, Demand.WRITTEN)
    TERMINATE = "terminate", "终止办理", norms.TERMINATE, (Demand.PAPER,)
    EXPLAIN = "explain", "解释说明", norms.ANSWER_EXPLAINED, (Demand.PAPER, Demand.BASIS)
    RETURN = "return", "退单", norms.RETURN_NOT_OWN_DUTY, (Demand.PAPER, Demand.OTHER_UNIT)

    def __init__(
        self, value: str, label: str = "", norm: Norm = norms.DECLINE_WITH_GROUND, may_demand: tuple[Demand, ...] = ()
    ) -> None:
        self.norm, self.may_demand = norm, may_demand


@dataclass(frozen=True, slots=True)
class Ground:
    """One of the grounds on which something may be proposed or asked for, and what it demands.

    Where it names neither a clause nor a basis, what stands behind the norm stands behind it.
    """

    of: GroundOf
    code: str
    label: str
    clause: str | None = None
    basis: str | None = None
    demands: frozenset[Demand] = frozenset()

    @property
    def words(self) -> str:
        """What it is called, and the clause or the basis of its own."""
        source = self.clause or self.basis
        return f"{self.label}，依据{source}" if source else self.label


USUAL_GROUNDS = tuple(
    Ground(GroundOf.DECLINE, code, label)
    for code, label in (
        ("outside", "不属于本行政区域"),
        ("legal_path", "应通过诉讼、仲裁、复议、纪检监察、信访等法定途径解决"),
        ("unlawful", "违反法律法规、公序良俗"),
        ("secret", "涉及国家秘密、商业秘密、个人隐私"),
        ("concluded", "承办单位已依法作出处理且结论合法合理"),
        ("unfounded", "无实质内容或恶意骚扰"),
    )
)
"""What holds for a regulation that lists no grounds of that kind; of other kinds none are asked for then."""


class KeyProof(Vocabulary):
    """By what it is shown that a case belongs to a key class."""

    PAPER = "paper", "来源文件和扫描件"
    COLOURED = "coloured", "登记的三色督办单"


@dataclass(frozen=True, slots=True)
class KeyClass:
    """A source by which a case weighs so much that the supervision body looks after it (重点办件).

    Where it names neither a clause nor a basis, what stands behind the norm stands behind it. Where it `blocks`, the
    case is closed after the supervision body has told what it found of the answer.
    """

    code: str
    label: str
    clause: str | None = None
    basis: str | None = None
    blocks: bool = False
    proof: KeyProof = KeyProof.PAPER


SITUATIONS = (
    norms.ACCOUNT_SITUATION_1,
    norms.ACCOUNT_SITUATION_2,
    norms.ACCOUNT_SITUATION_3,
    norms.ACCOUNT_SITUATION_4,
    norms.ACCOUNT_SITUATION_5,
    norms.ACCOUNT_SITUATION_6,
    norms.ACCOUNT_SITUATION_7,
    norms.ACCOUNT_SITUATION_8,
    norms.ACCOUNT_SITUATION_9,
    norms.ACCOUNT_SITUATION_WHISTLE,
    norms.ACCOUNT_SITUATION_UNSOLVED,
)
"""What units may be held to account for, as far as the program knows of it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation for which units are held to account (问责情形), and the norm whose clause names it."""

    code: str
    label: str
    norm: str


DETECTORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "satisfied_denied": (),
        "contact_denied": (),
        "untrue": ("send_backs",),
        "refused": (),
        "evaded": (),
        "not_led": ("late",),
        "not_cooperating": ("average",),
        "not_done": ("late", "orders"),
        "no_plan": ("extensions", "reworks"),
        "ignored": (),
        "whistle_misuse": (),
    }
)
"""What looks for clues in the record → the values that a regulation gives it."""
COUNTS = frozenset({"send_backs", "average", "orders", "extensions", "reworks"})
"""Values that are numbers of times; others are limits."""


@dataclass(frozen=True, slots=True)
class Detector:
    """What looks for clues in the record: for which situation, by which values."""

    code: str
    situation: str
    values: Mapping[str, int | Limit]
    on: bool = True

    def count(self, name: str) -> int:
        """From how many times on it opens a clue."""
        value = self.values[name]
        assert isinstance(value, int), name
        return value

    def limit(self, name: str) -> Limit:
        """After which limit it opens a clue."""
        value = self.values[name]
        assert isinstance(value, Limit), name
        return value


@dataclass(frozen=True, slots=True)
class Body:
    """A body that a document sets up, or its `office`."""

    code: str
    label: str
    clause: str | None = None
    office: bool = False


@dataclass(frozen=True, slots=True)
class BodySeat:
    """A seat of a body as the document prints it: as what, and the posts by which somebody is a member."""

    code: str
    body: str
    role: str
    text: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit, for what it holds (None: for all), and the clause or the basis behind it."""

    name: str
    limit: Limit
    clause: str | None = None
    basis: str | None = None
    urgency: str | None = None
    appeal_type: str | None = None
    channel: str | None = None
    category: str | None = None
    unit_type: str | None = None

    @property
    def selectors(self) -> Mapping[str, str]:
        """For what it holds, by name: what names more is more specific."""
        return {name: said for name in SELECTORS if (said := getattr(self, name)) is not None}

    @property
    def scope(self) -> tuple[int, ...]:
        """How specific the rule is: what names the same and more comes first, and urgency stands above the channel, the
        channel above the type of request. Of classes the lower ones are the more specific."""
        return (
            self.urgency is not None,
            self.channel is not None,
            self.category.count(".") + 1 if self.category else 0,
            self.unit_type is not None,
            self.appeal_type is not None,
        )

    @property
    def key(self) -> str:
        """The limit and for what it holds, as forms and records name it."""
        return key_of(self.name, self.selectors)

    def holds(self, asked: Mapping[str, str | None]) -> bool:
        """Whether it holds for what stands under such selectors; a class holds for those below it too."""
        return all(
            lies_in(asked[name] or "", value) if name == "category" else asked[name] == value
            for name, value in self.selectors.items()
        )


SELECTORS = ("urgency", "channel", "category", "unit_type", "appeal_type")
"""By what limits may differ, in the order of what stands above what."""


def key_of(limit: str, selectors: Mapping[str, str]) -> str:
    """How a limit of that name is named that holds for these; what came later is named where it is said."""
    later = tuple(selectors.get(name) or "" for name in ("category", "unit_type"))
    said = (selectors.get(name) or "" for name in ("urgency", "channel", "appeal_type"))
    return "|".join((limit, *said, *(later if any(later) else ())))


def lies_in(code: str, category: str) -> bool:
    """Whether a class of requests is another one, or lies below it: 03.02.05 in 03.02."""
    return code == category or code.startswith(f"{category}.")


class NoLimit(KeyError):
    """A regulation sets no limit where one is counted by."""

    def __init__(self, ref: str, name: str) -> None:
        super().__init__(f"{ref} sets no limit {name!r}")
        self.ref, self.name = ref, name

    @property
    def words(self) -> str:
        """As an official reads it."""
        label = LimitName(self.name).label if self.name in set(LimitName) else self.name
        return f"本地规定没有设定“{label}”的时限，不能这样办；请系统管理员补全规则文件（{self.ref}）。"


@dataclass(frozen=True, slots=True)
class Citation:
    """What stands behind a norm or a limit, ready to be shown."""

    clause_id: str | None
    text: str | None
    basis: str | None
    words: str


@dataclass(frozen=True, eq=False)
class Pack:
    """One version of a regulation. A case keeps the `ref` under which it was registered."""

    id: str
    version: int
    case_prefix: str
    matter_prefix: str
    instrument: Instrument
    hours: OfficeHours
    clauses: Mapping[str, Clause]
    bindings: Mapping[str, Binding]
    channels: Mapping[str, Channel]
    unit_types: Mapping[str, UnitType]
    posts: Mapping[str, Post]
    limits: Mapping[str, tuple[LimitRule, ...]]
    """Limit name → its rules, the most specific first."""
    grounds: Mapping[str, Mapping[str, Ground]] = field(default_factory=dict)
    """What is decided on a ground → code → the grounds, in the order of the file."""
    digest: str = ""
    """SHA-256 of the law in its file, whatever its order of keys, its comments, its line ends, what it says of how far
    the program carries each clause out, and its `[[name]]`s."""
    names: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    """Whom texts of the program name (`Name`) → what they are called here."""

    urgencies: Mapping[str, Urgency] = field(default_factory=lambda: {one.code: one for one in USUAL_URGENCIES})
    """Code → how pressing a request may be called, in the order of the file."""
    categories: Mapping[str, Category] = field(default_factory=dict)
    """The classes of requests; where none are listed, whoever registers writes what they like."""
    key_classes: Mapping[str, KeyClass] = field(default_factory=dict)
    """Code → the sources by which a case is a key one, in the order of the file."""
    situations: Mapping[str, Situation] = field(default_factory=dict)
    """Code → the situations for which units are held to account, in the order of the file."""
    detectors: Mapping[str, Detector] = field(default_factory=dict)
    """Code → what looks for clues in the record, in the order of the file; what is switched off is not there."""
    ladders: Mapping[str, tuple[Ladder, ...]] = field(default_factory=dict)
    """Kind of duty, as `case.handle` → its ladders, the most specific first."""
    rhythms: Mapping[str, Rhythm] = field(default_factory=dict)
    """Code → what is done regularly, in the order of the file."""
    bodies: Mapping[str, Body] = field(default_factory=dict)
    """Code → the bodies that the document sets up."""
    seats: Mapping[str, BodySeat] = field(default_factory=dict)
    """Code → their seats, in the order of the file."""
    assessment: Assessment | None = None
    """How results are weighed; None where the regulation has no score."""

    @property
    def assessed(self) -> Assessment:
        """The same; what holds without a score where it has none."""
        return self.assessment or NONE

    @property
    def ref(self) -> str:
        """The name that a case keeps: wendeng-2021-10/1."""
        return f"{self.id}/{self.version}"

    def __repr__(self) -> str:
        return f"<Pack {self.ref}>"

    def can(self, type_code: str, capacity: str) -> bool:
        """Whether units of that type have the capacity here; one that only a later version names has none."""
        named = self.unit_types.get(type_code)
        return named is not None and capacity in named.capacities

    def situation_label(self, code: str) -> str:
        """What a situation is called here; its code, where only another version names it."""
        return self.situations[code].label if code in self.situations else code

    def cite_situation(self, code: str) -> Citation:
        """The clause that names a situation; where only another version names it, the one by which clues are opened."""
        return self.cite(self.situations[code].norm if code in self.situations else norms.ACCOUNT_CLUE)

    def called(self, post: str) -> str:
        """What a post is called here; its code, where only another version names it."""
        return self.posts[post].label if post in self.posts else post

    def binds(self, norm: Norm | str) -> bool:
        """Whether the norm holds here; a row, duty or rule of a norm that does not hold does not exist."""
        return str(norm) in self.bindings

    def binding(self, norm: Norm | str) -> Binding:
        """Why the norm holds here. KeyError where it does not."""
        try:
            return self.bindings[str(norm)]
        except KeyError:
            raise KeyError(f"{self.ref} does not bind the norm {norm}") from None

    def cite(self, norm: Norm | str | None) -> Citation:
        """What stands behind the norm: a clause, a basis, or (where the pack leaves it off) the norm's own title.

        Behind no norm stands nothing.
        """
        if norm is None:
            return Citation(None, None, None, "")
        binding = self.bindings.get(str(norm))
        if binding is None:
            return Citation(None, None, None, norms.norm(str(norm)).title)
        return self._citation(binding.clause, binding.basis)

    def citing(self, norm: Norm | str, clause: str | None, basis: str | None = None) -> "Pack":
        """The same regulation, in which that norm is cited from another clause that commands it too, or by a basis."""
        if (clause is None and basis is None) or not self.binds(norm):
            return self
        return _citing(self, str(norm), clause, basis)

    def on_ground(self, of: GroundOf, code: str) -> "Pack":
        """The same regulation, in which what rests on that ground is cited from where the ground stands."""
        ground = self.grounds_of(of).get(code)
        return self.citing(of.norm, ground.clause, ground.basis) if ground else self

    def quote(self, clause_id: str) -> Citation:
        """A clause of the instrument."""
        return self._citation(clause_id, None)

    def default(self, basis: str) -> Citation:
        """What stands behind a value that no clause gives."""
        return self._citation(None, basis)

    def source(self, rule: LimitRule) -> Citation:
        """What stands behind a limit."""
        return self._citation(rule.clause, rule.basis)

    @property
    def usual_urgency(self) -> str:
        """How pressing a request is of which nobody said more."""
        return next((one.code for one in self.urgencies.values() if one.usual), next(iter(self.urgencies)))

    @property
    def greatest_urgency(self) -> str:
        """How pressing an emergency is."""
        return next((one.code for one in reversed(list(self.urgencies.values())) if one.urgent), self.usual_urgency)

    def urgency(self, code: str) -> Urgency:
        """How pressing that is here; a code that only another version lists is called by itself."""
        return self.urgencies.get(code) or Urgency(code, code)

    def urgent(self, code: str) -> str:
        """What that is called where it is urgent; nothing where it is not."""
        found = self.urgency(code)
        return found.label if found.urgent else ""

    def selected(self, rule: LimitRule) -> tuple[str, ...]:
        """For what a limit holds, by the labels of the regulation."""
        named: Mapping[str, Mapping[str, Any]] = {
            "urgency": self.urgencies,
            "channel": self.channels,
            "category": self.categories,
            "unit_type": self.unit_types,
            "appeal_type": {str(word): word for word in AppealType},
        }
        return tuple(getattr(named[by].get(code), "label", code) for by, code in rule.selectors.items())

    def limit_of(self, key: str) -> LimitRule | None:
        """The limit of that key; None where the regulation has none."""
        rules = self.limits.get(key.partition("|")[0], ())
        return next((rule for rule in rules if rule.key == key), None)

    def lists_category(self, code: str) -> bool:
        """Whether a class is listed, or lies below one that is; any is, where none are listed."""
        return not self.categories or any(lies_in(code, known) for known in self.categories)

    def grounds_of(self, of: GroundOf) -> Mapping[str, Ground]:
        """The grounds that are listed for it; empty where a ground is not asked for."""
        return self.grounds.get(of, {})

    def ground_label(self, of: GroundOf, code: str) -> str:
        """What a ground is called here, and where it stands, where it says so itself; its code, where only another
        version lists it."""
        ground = self.grounds_of(of).get(code)
        return ground.words if ground else code

    def on_key_class(self, code: str) -> "Pack":
        """The same regulation, in which what rests on that class is cited from where the class stands."""
        found = self.key_classes.get(code)
        return self.citing(norms.SUPERVISE_KEY_CLASS, found.clause, found.basis) if found else self

    def key_label(self, code: str) -> str:
        """What a key class is called here; its code, where only another version lists it."""
        return self.key_classes[code].label if code in self.key_classes else code

    def behind(self, ground: Ground) -> Citation:
        """What stands behind a ground."""
        if ground.clause or ground.basis:
            return self._citation(ground.clause, ground.basis)
        return self.cite(ground.of.norm)

    def parameter(self, norm: Norm | str, name: str, default: Value) -> Value:
        """A value that the pack gives with the norm; `default` where it gives none."""
        binding = self.bindings.get(str(norm))
        value = binding.parameters.get(name, default) if binding else default
        if not isinstance(value, type(default)):
            raise TypeError(f"{self.ref} gives {norm} the parameter {name}={value!r}, not like {default!r}")
        return value

    def by_default(self, norm: Norm | str, name: str) -> str:
        """How a number is told that the program brings along: nothing where the pack gives it with the norm."""
        binding = self.bindings.get(str(norm))
        return "" if binding and name in binding.parameters else OUR_NUMBER

    def limit(
        self,
        name: str,
        *,
        urgency: str = "",
        appeal_type: str | None = None,
        channel: str | None = None,
        category: str | None = None,
        unit_type: str | None = None,
    ) -> LimitRule:
        """The most specific limit of that name. NoLimit where the pack sets none."""
        asked = {
            "urgency": self.greatest_urgency if urgency == MOST_URGENT else urgency or self.usual_urgency,
            "channel": channel,
            "category": category,
            "unit_type": unit_type,
            "appeal_type": appeal_type,
        }
        found = next((rule for rule in self.limits.get(str(name), ()) if rule.holds(asked)), None)
        if found is None:
            raise NoLimit(self.ref, str(name))
        return found

    def ladder_for(self, kind: str, asked: Mapping[str, str | None]) -> Ladder | None:
        """The most specific ladder of a kind of duty for what stands under such selectors."""
        return next((one for one in self.ladders.get(kind, ()) if one.holds(asked)), None)

    def ladder(self, kind: str, key: str = "") -> Ladder | None:
        """The ladder of that key, or of no key the one for all; None where there is none."""
        among = self.ladders.get(kind, ())
        named = (one for one in among if one.key == key)
        return next(named, None) or next((one for one in among if not one.selectors), None)

    def steps(self, kind: str, key: str = "") -> tuple[Step, ...]:
        """What is done about a duty, beginning with what is done about every one."""
        ladder = self.ladder(kind, key)
        return (FALL_DUE, *ladder.steps) if ladder else (FALL_DUE,)

    def by_unit_type(self, name: str) -> bool:
        """Whether the limit differs by the type of the unit that has it."""
        return any(rule.unit_type for rule in self.limits.get(str(name), ()))

    def _citation(self, clause_id: str | None, basis: str | None) -> Citation:
        if clause_id is None:
            return Citation(None, None, basis, f"默认值，非文件规定（依据：{basis}）")
        text = self.clauses[clause_id].text
        return Citation(clause_id, text, basis, f"《{self.instrument.title}》{clause_id}：{text}")


PARAMETERS: Mapping[str, Mapping[str, int | bool]] = {
    norms.CALLBACK_ATTEMPTS.name: {"max": 3},
    norms.REWORK.name: {"max": 2},
    norms.EXTENSION_WITH_APPROVAL.name: {"times": 1},
    norms.EXTENSION_BY_NOTICE.name: {"times": 1},
    norms.STATUTORY_LIMIT.name: {
        "shortest_working_days": 1,
        "longest_working_days": 60,
        "shortest_days": 1,
        "longest_days": 90,
        "by_head": False,
        "rework": False,
    },
    norms.LINKAGE_FORM_SIGNED.name: {"seal": True},
    norms.WHISTLE_FORM_SIGNED.name: {"seal": True},
    norms.WHISTLE_MISUSE.name: {"repeats": 1, "wrong": 1},
    norms.COMMITMENT_KEEP.name: {"times": 1},
}
"""Norm → the parameters that a pack may give with it, and what holds where it gives none."""

OUR_NUMBER = "（默认值，非文件规定）"
"""What follows a number that no regulation says."""
LIMIT_NAMES = frozenset(name.value for name in LimitName)
"""Every limit that a pack may set."""


@cache
def _citing(pack: Pack, norm: str, clause: str | None, basis: str | None) -> Pack:
    binding = replace(pack.bindings[norm], clause=clause, basis=None if clause else basis)
    return replace(pack, bindings=MappingProxyType({**pack.bindings, norm: binding}))
