"""The form of any act, read off its Fields: which controls it has, what was typed, what is wrong with it."""

import re
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bihuan.attachments import commands as attachments
from bihuan.attachments import queries as attachment_queries
from bihuan.attachments.types import AttachmentRef
from bihuan.instructions import queries as instructions
from bihuan.joint import queries as joint
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.kernel.needs import Allowed, Need, Needs
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.localities import queries as localities
from bihuan.localities.types import LocalityRow
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing, UnitFacts
from bihuan.policy.loader import pack
from bihuan.policy.pack import Capacity
from bihuan.web.words import control_moment, label_of

Form = TypeVar("Form", bound=Fields)
CONTROLS: Mapping[type, str] = {bool: "check", int: "number", datetime: "moment", date: "day"}
_BETWEEN = re.compile(r"[\s,，、;；]+")
"""What stands between the numbers of a list that somebody types."""
OF_FIELDS = 8192
"""So much is remembered of what fields of forms say of themselves: a page with twenty forms asks for all of it."""
SEVERAL = frozenset({"units", "any_units", "ticked"})
"""Widgets in which several things are chosen."""
UNREADABLE = {0: None, **dict.fromkeys(range(0xD800, 0xE000))}
"""What no database keeps: NUL and half characters."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a form, ready to be shown."""

    name: str
    id: str
    label: str
    kind: str
    hint: str
    required: bool
    value: str = ""
    choices: tuple[Choice, ...] = ()
    error: str = ""
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    kept: tuple[AttachmentRef, ...] = ()
    camera: bool = False
    """Whether a telephone offers to take the picture now."""
    asked_with: tuple[str, str] | None = None
    """The control, and the values of it, with which alone it is asked for."""

    @property
    def described_by(self) -> str:
        """Ids of the texts that tell more about the control."""
        said = [f"{self.id}-error"] * bool(self.error) + [f"{self.id}-hint"] * bool(self.hint)
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Filled(Generic[Form]):
    """What came back from a page: the form as pydantic sees it, or what is wrong, and always what was typed."""

    typed: "Typed"
    fields: Form | None
    errors: Mapping[str, str]


@dataclass(frozen=True)
class Typed:
    """What somebody typed, or what a form starts with: control → values."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: tuple[AttachmentRef, ...] = ()
    posted: bool = False
    """Whether a person sent it; else it only says what a form begins with, and defaults stand for the rest."""

    def one(self, name: str) -> str:
        """The value of a control that has one."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a control that may have several."""
        return tuple(self.values.get(name, ()))


def typed_in(data: QueryDict) -> Typed:
    """What came with a request, without what nobody can keep."""
    return Typed({name: [v.translate(UNREADABLE) for v in data.getlist(name)] for name in data})


NO_NEEDS: Needs = {}
ALL: Allowed = {}
"""Where a form asks for nothing besides, and allows whatever its fields do."""


class Choices:
    """What can be chosen where the choice is not in the form itself; asked for only where a form needs it."""

    def __init__(
        self, standing: Standing, units: Iterable[UnitFacts] | None = None, members: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._standing, self._units = standing, units
        self.member = tuple(Choice(code, name) for code, name in members)

    @cached_property
    def topic(self) -> tuple[Choice, ...]:
        """The list of tough whistles that is in force today."""
        found = joint.topics(self._standing.jurisdiction.code, now=self._standing.now)
        return (Choice("", gettext("（清单外）")), *(Choice(t.code, f"{t.code} {t.matter}") for t in found))

    @cached_property
    def leader(self) -> tuple[Choice, ...]:
        """The leaders of the jurisdiction today."""
        found = instructions.leaders(self._standing.jurisdiction.code, self._standing.now)
        return tuple(Choice(d.account, f"{d.name}（{d.account}）") for d in found.values())

    @cached_property
    def handling(self) -> tuple[UnitFacts, ...]:
        """Units that can be given work."""
        place = self._standing.jurisdiction
        known = (
            self._units
            if self._units is not None
            else organisations.directory(place.code, now=self._standing.now).units
        )
        return organisations.able(known, Capacity.HANDLING, pack(place.pack))

    @cached_property
    def unit(self) -> tuple[Choice, ...]:
        """The same, to be chosen."""
        return tuple(Choice(u.code, u.name) for u in self.handling)

    @cached_property
    def has_places(self) -> bool:
        """Whether there is a list of places to choose from."""
        return localities.is_listed(self._standing.jurisdiction.code)

    def place_named(self, said: str) -> LocalityRow | None:
        """The place of a code."""
        return localities.named(said, self._standing.jurisdiction.code) if said.isdecimal() else None

    def places_like(self, said: str) -> tuple[Choice, ...]:
        """The places that somebody could mean."""
        offered = localities.meant(self._standing.jurisdiction.code, said).offered
        return tuple(Choice(row.code, row.full_name) for row in offered)

    @property
    def units(self) -> tuple[Choice, ...]:
        """The same, for several of them."""
        return self.unit

    @cached_property
    def colleague(self) -> tuple[Choice, ...]:
        """Whoever holds a post today in one of the actor's units."""
        found = organisations.holders(sorted(self._standing.actor.units), self._standing.now)
        return tuple(Choice(account, name) for account, name in {h.account: h.name for h in found}.items())

    @cached_property
    def situation(self) -> tuple[Choice, ...]:
        """For what units are held to account."""
        known = pack(self._standing.jurisdiction.pack).situations.values()
        return tuple(Choice(one.code, one.label) for one in known)

    @cached_property
    def urgency(self) -> tuple[Choice, ...]:
        """How pressing a request may be called; the usual one stands chosen."""
        known = pack(self._standing.jurisdiction.pack).urgencies.values()
        return tuple(Choice(one.code, one.label, one.usual) for one in known)

    @cached_property
    def category(self) -> tuple[Choice, ...]:
        """The classes of requests, where the regulation lists some; else whoever registers writes one."""
        known = pack(self._standing.jurisdiction.pack).categories.values()
        return tuple(Choice(one.code, f"{one.code} {one.label}") for one in known)

    @cached_property
    def channel(self) -> tuple[Choice, ...]:
        """Channels whose requests the actor's units take in."""
        labels = pack(self._standing.jurisdiction.pack).channels
        own = organisations.channels_of(self._standing.actor.units, now=self._standing.now)
        return tuple(Choice(code, labels[code].label) for code in own if code in labels)


def fill(form: type[Form], typed: Typed) -> Filled[Form]:
    """Read what was typed as the form."""
    said = {name: value for name, info in form.model_fields.items() if (value := _said(name, info, typed)) is not None}
    unsaid = {n: gettext("请选择") for n, i in form.model_fields.items() if _is_ones_own(i) and not typed.one(n)}
    try:
        fields = form.model_validate(said)
        return Filled(typed, None if unsaid else fields, unsaid)
    except ValidationError as invalid:
        told = ((c.field, _picked(form.model_fields.get(c.field), c.text)) for c in complaints(invalid, form))
        return Filled(typed, None, unsaid | _first_words(told))


PICKED = frozenset(
    {"whether", "unit", "any_unit", "channel", "ground", "member", "person", "leader", "colleague", "topic"}
    | {"regulation", "situation"}
)
"""Widgets of a field that is no list of words itself, in which something is picked all the same."""


def _picked(info: FieldInfo | None, words: str) -> str:
    """What is lacking is filled in, or picked."""
    return gettext("请选择") if info is not None and words == "请填写" and _kind(info) in PICKED else words


def fill_from(request: HttpRequest, form: type[Form], standing: Standing) -> Filled[Form]:
    """Read a posted form; its files are taken in first, so that they need not be sent again."""
    typed, wrong = _with_files(request, form, standing)
    found, unclear, typed = _with_places(form, typed, standing)
    filled = fill(form, found)
    wrong |= unclear
    return replace(filled, typed=typed, fields=None if wrong else filled.fields, errors={**filled.errors, **wrong})


def blame(refusals: Iterable[Refusal], form: type[Fields]) -> dict[str, str]:
    """Refusals beside the fields to which they belong, of those that belong to one."""
    return {r.field: r.reason for r in refusals if r.field and r.field in form.model_fields}


def controls(
    form: type[Fields],
    *,
    prefix: str,
    typed: Typed,
    choices: Choices,
    errors: Mapping[str, str] | None = None,
    allowed: Allowed = ALL,
    needs: Needs = NO_NEEDS,
    begun: Collection[str] = (),
    left_off: Collection[str] = (),
) -> tuple[Control, ...]:
    """The controls of a form with what was typed; a form that nobody sent begins with its defaults.

    `begun` names what was said of the subject before and stands there to be kept or changed.
    `allowed` narrows what is offered, `needs` marks what must be filled in, or tells with what it must; what is
    `left_off` is not asked for.

    A tick that confirms another field stands behind it, and only where that was in doubt.
    """
    made = {
        name: _control(name, info, prefix, typed, choices, (errors or {}).get(name, ""), allowed.get(name))
        for name, info in form.model_fields.items()
        if name not in left_off and not _allows_nothing(allowed.get(name))
    }
    for name, (other, values) in form.only_with.items():
        if name in made and other in made:
            made[name] = _asked_with(made[name], made[other], values)
    for name in begun if not typed.posted else ():
        made[name] = replace(made[name], hint=gettext("按报送，可以改"))
    for name, why in needs.items():
        made[name] = _needed(made[name], why, made, form)
    made = {name: one for name, one in made.items() if one.kind not in ONLY_WITH_CHOICES or one.choices}
    for name, of in [(n, of) for n, i in form.model_fields.items() if n in made and (of := _extra(i, "confirms"))]:
        tick = made.pop(name)
        if of in made and (made[of].error or tick.value):
            at = list(made).index(of) + 1
            made = dict([*list(made.items())[:at], (name, tick), *list(made.items())[at:]])
    return tuple(made.values())


ONLY_WITH_CHOICES = frozenset({"ground", "ticked"})
"""Widgets of fields that are asked for where there is something to choose."""


def _allows_nothing(allowed: object) -> bool:
    """Whether a field is not asked for on this subject: no value of it is allowed."""
    return isinstance(allowed, Mapping) and not allowed


def _with_files(request: HttpRequest, form: type[Fields], standing: Standing) -> tuple[Typed, dict[str, str]]:
    typed, wrong = replace(typed_in(request.POST), posted=True), dict[str, str]()
    names = [name for name, info in form.model_fields.items() if _kind(info) == "attachments"]
    for name in names:
        kept = list(_uploaded_before(typed.all(name), standing))
        for file in request.FILES.getlist(name):
            try:
                kept.append(_store(file, standing))
            except Refused as refused:
                reason = refused.refusal.reason
                wrong[name] = wrong.get(name, "") + (reason if str(file.name) in reason else f"“{file.name}”：{reason}")
        said = {**typed.values, name: [str(ref.id) for ref in kept]}
        typed = replace(typed, values=said, kept=(*typed.kept, *kept))
    return typed, wrong


def _with_places(form: type[Fields], typed: Typed, standing: Standing) -> tuple[Typed, dict[str, str], Typed]:
    """Put the codes of places where their names were typed; tell where it is not clear which one was meant.

    The last is what was typed, with the full name of a place that was picked: the page need not ask again.
    """
    found, unclear, kept = dict(typed.values), dict[str, str](), dict(typed.values)
    for name in (name for name, info in form.model_fields.items() if _kind(info) == "place" and typed.one(name)):
        meant = localities.meant(standing.jurisdiction.code, typed.one(name), picked=typed.one(f"{name}-picked"))
        found[name] = [meant.code]
        if meant.trouble:
            unclear[name] = meant.trouble.label
        elif typed.one(f"{name}-picked"):
            kept[name] = [meant.full_name]
    return replace(typed, values=found), unclear, replace(typed, values=kept)


def _store(file: Any, standing: Standing) -> AttachmentRef:
    place = standing.jurisdiction.code
    return attachments.store(jurisdiction=place, name=file.name, data=file, actor=standing.actor, now=standing.now)


def _uploaded_before(ids: Iterable[str], standing: Standing) -> tuple[AttachmentRef, ...]:
    numbers = [int(id) for id in ids if id.isascii() and id.isdigit() and len(id) < 16]
    return attachment_queries.waiting(numbers, account=standing.actor.account) if numbers else ()


def _said(name: str, info: FieldInfo, typed: Typed) -> object:
    """A value for pydantic; None where nothing was said, so that the default holds or the lack is told."""
    match _kind(info):
        case "check":
            return bool(typed.one(name))
        case "lines":
            return tuple(part for part in _BETWEEN.split(typed.one(name)) if part)
        case "units" | "any_units" | "attachments" | "ticked":
            return tuple(v for v in typed.all(name) if v)
        case "moment":
            said = typed.one(name)
            return f"{said}+08:00" if said and "+" not in said else said or None
        case _:
            return typed.one(name) or None


def _asked_with(control: Control, other: Control, values: Collection[str]) -> Control:
    """A control that is asked for with some values of another: scripts show it then, and words say so to all."""
    fit = set(map(str, values))
    words = gettext("、").join(label_of(choice.label) for choice in other.choices if choice.value in fit)
    said = gettext("仅“%(values)s”填写") % {"values": words}
    hint = gettext("；").join(part for part in (said, control.hint and label_of(control.hint)) if part)
    return replace(control, hint=hint, asked_with=(other.name, " ".join(sorted(fit))))


def _says_always(control: Control | None, values: Collection[str]) -> bool:
    """Whether whatever is chosen there is one of these values, and something must be chosen."""
    offered = {choice.value for choice in control.choices if choice.value} if control else set()
    return control is not None and control.required and bool(offered) and offered <= set(map(str, values))


def _needed(control: Control, why: Iterable[Need], made: Mapping[str, Control], form: type[Fields]) -> Control:
    """A control marked as one that must be filled in, or with the words of when it must."""
    if any(all(_says_always(made.get(other), values) for other, values in need.when.items()) for need in why):
        to_choose = tuple(c if c.value else replace(c, label="请选择") for c in control.choices)
        return replace(control, required=True, choices=to_choose)
    told = []
    for other, values in [pair for need in why for pair in need.when.items() if pair[0] in made]:
        fit = set(map(str, values))
        words = gettext("、").join(label_of(choice.label) for choice in made[other].choices if choice.value in fit)
        field = label_of(form.model_fields[other].title or other)
        told.append(gettext("%(field)s为“%(values)s”的必填") % {"field": field, "values": words})
    hint = gettext("；").join(words for words in (control.hint, *told) if words)
    return replace(control, hint=hint)


def _control(
    name: str,
    info: FieldInfo,
    prefix: str,
    typed: Typed,
    choices: Choices,
    error: str,
    allowed: Collection[str] | Callable[[Any], bool] | None,
) -> Control:
    kind = _kind(info)
    values = typed.all(name) or (() if typed.posted else _default(info))
    return Control(
        name=name,
        id=f"{prefix}-{name}",
        label=info.title or name,
        kind=kind,
        hint=info.description or "",
        required=(info.is_required() or _is_ones_own(info)) and kind != "check",
        value=_shown(kind, next(iter(values), ""), choices),
        choices=_choices(kind, info, values, choices, allowed),
        error=error,
        max_length=_bound(info, "max_length"),
        minimum=_bound(info, "ge"),
        maximum=_bound(info, "le"),
        kept=tuple(ref for ref in typed.kept if str(ref.id) in values) if kind == "attachments" else (),
        camera=bool(_extra(info, "camera")),
    )


def _shown(kind: str, value: str, choices: Choices) -> str:
    """A place is shown by its name, whatever was typed for it."""
    place = choices.place_named(value) if kind == "place" and value else None
    return place.full_name if place else value


def _choices(
    kind: str,
    info: FieldInfo,
    values: Sequence[str],
    choices: Choices,
    allowed: Collection[str] | Callable[[Any], bool] | None,
) -> tuple[Choice, ...]:
    offered: Iterable[Choice] = ()
    if kind == "place":
        return choices.places_like(values[0]) if values and values[0] else ()
    if kind == "select":
        offered = (Choice(str(word), word.label) for word in typing.cast("type[Vocabulary]", _plain(info)))
    elif kind == "whether":
        offered = (Choice("true", "是"), Choice("false", "否"))
    else:
        offered = getattr(choices, kind, ())
    if isinstance(allowed, Mapping):
        offered = [Choice(value, label) for value, label in allowed.items()]
    if callable(allowed):
        allowed = {unit.code for unit in choices.handling if allowed(unit)}
    if allowed is not None:
        fit = set(map(str, allowed))
        offered = [choice for choice in offered if choice.value in fit]
    said = [value for value in values if value]
    chosen = tuple(replace(c, chosen=c.value in values if said else c.chosen) for c in offered)
    compulsory = info.is_required() or _is_ones_own(info)
    default = None if compulsory else info.get_default()
    unfit = default not in (None, "") and allowed is not None and str(default) not in {c.value for c in chosen}
    open_to_nothing = unfit or (len(chosen) > 1 if compulsory else default in (None, ""))
    if kind in SEVERAL or not chosen or not open_to_nothing or (kind == "urgency" and not said):
        return chosen
    words = "请选择" if compulsory or unfit else "（不填）"
    return (Choice("", words, not any(c.chosen for c in chosen)), *chosen)


def _default(info: FieldInfo) -> tuple[str, ...]:
    value = info.get_default() if not (info.is_required() or _is_ones_own(info)) else None
    if value is None or value is False or value == ():
        return ()
    if value is True:
        return ("on",)
    return (control_moment(value) if isinstance(value, datetime) else str(value),)


@lru_cache(maxsize=OF_FIELDS)
def _is_ones_own(info: FieldInfo) -> bool:
    """Whether the field states a fact or decides something: then a page chooses nothing beforehand, and wants a word.

    What callers of the API may leave out is not left out on a page; a field that may stand chosen says why
    (`chosen_because`).
    """
    if info.is_required() or _extra(info, "chosen_because"):
        return False
    words = isinstance(info.get_default(), Vocabulary)
    return (words or info.get_default() is True) and _kind(info) in ("select", "whether")


@lru_cache(maxsize=OF_FIELDS)
def _kind(info: FieldInfo) -> str:
    """Which control the field gets; a tick that would stand ticked is a question, unless the field says why."""
    plain = _plain(info)
    if named := widget(info):
        return named
    ticked = not info.is_required() and info.get_default() is True and not _extra(info, "chosen_because")
    if plain is bool and (_optional(info) or ticked):
        return "whether"
    if isinstance(plain, type) and issubclass(plain, Vocabulary):
        return "select"
    if getattr(plain, "__name__", "") == "AwareDatetime":
        return "moment"
    return CONTROLS.get(plain, "line") if isinstance(plain, type) else "line"


def widget(info: FieldInfo) -> str | None:
    """Which control a field asks for by name."""
    return _extra(info, "widget")


@lru_cache(maxsize=OF_FIELDS)
def _extra(info: FieldInfo, name: str) -> str | None:
    """What a field says of itself beside what pydantic asks."""
    for extra in (info.json_schema_extra, *(i.json_schema_extra for i in _inner(info))):
        if isinstance(extra, dict) and isinstance(extra.get(name), str):
            return str(extra[name])
    return None


def _inner(info: FieldInfo) -> Iterable[FieldInfo]:
    """What the members of a union say of themselves."""
    for member in typing.get_args(info.annotation) if _is_union(info.annotation) else ():
        yield from (m for m in getattr(member, "__metadata__", ()) if isinstance(m, FieldInfo))


def _plain(info: FieldInfo) -> Any:
    """The type without None and without what is said about it."""
    found: Any = info.annotation
    if _is_union(found):
        found = next(member for member in typing.get_args(found) if member is not types.NoneType)
    return typing.get_args(found)[0] if typing.get_origin(found) is typing.Annotated else found


def _optional(info: FieldInfo) -> bool:
    return _is_union(info.annotation) and types.NoneType in typing.get_args(info.annotation)


def _is_union(annotation: object) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


@lru_cache(maxsize=OF_FIELDS)
def _bound(info: FieldInfo, name: str) -> int | None:
    """A limit that the field sets: max_length, ge or le."""
    found: Callable[[Any], Any] = lambda said: getattr(said, name, None)  # noqa: E731
    inner = [m for i in _inner(info) for m in i.metadata]
    return next((int(v) for said in (*info.metadata, *inner) if (v := found(said)) is not None), None)


def _first_words(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in said:
        found.setdefault(name, words)
    return found
