"""Forms of the administration: what can be chosen in them, and what becomes of one that was sent."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext

from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refused
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing, UnitFacts
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import all_packs, pack
from bihuan.vetting.limits import ADJUSTABLE
from bihuan.web.forms import Choice, Choices, Control, Typed, blame, controls, fill, typed_in
from bihuan.web.words import label_of, scope_words

Form = TypeVar("Form", bound=Fields)


class AdministrationChoices(Choices):
    """What can be chosen in the forms of the administration; posts as they make sense in units of that `kind`."""

    def __init__(self, standing: Standing, units: Iterable[UnitFacts] | None = None, *, kind: str = "") -> None:
        super().__init__(standing, units)
        self._kind = kind

    @cached_property
    def any_unit(self) -> tuple[Choice, ...]:
        """Every unit of the jurisdiction that there is."""
        known = self._units if self._units is not None else organisations.units(self._standing.jurisdiction.code)
        return tuple(Choice(u.code, u.name) for u in known if u.ended_on is None)

    @property
    def any_units(self) -> tuple[Choice, ...]:
        """The same, for several of them."""
        return self.any_unit

    @cached_property
    def any_channel(self) -> tuple[Choice, ...]:
        """The channels that the regulation names."""
        found = pack(self._standing.jurisdiction.pack).channels.values()
        return tuple(Choice(c.code, label_of(c.label)) for c in found)

    @cached_property
    def regulation(self) -> tuple[Choice, ...]:
        """Every version of every regulation that the installation knows."""
        return tuple(Choice(one.ref, f"{one.ref} {one.instrument.title}") for one in all_packs())

    @cached_property
    def unit_type(self) -> tuple[Choice, ...]:
        """The types of unit that the regulation knows."""
        return tuple(
            Choice(t.code, label_of(t.label)) for t in pack(self._standing.jurisdiction.pack).unit_types.values()
        )

    @cached_property
    def post(self) -> tuple[Choice, ...]:
        """The posts that the regulation knows, or those that make sense in the unit."""
        rulebook = pack(self._standing.jurisdiction.pack)
        known = organisations.posts_of(self._kind, rulebook) if self._kind else rulebook.posts
        return tuple(Choice(code, label_of(rulebook.posts[code].label)) for code in known)

    @cached_property
    def person(self) -> tuple[Choice, ...]:
        """Everybody with an account that is open."""
        found = organisations.open_accounts(self._standing.jurisdiction.code)
        return tuple(Choice(account, f"{name}（{account}）") for account, name in found.items())

    @cached_property
    def limit_rule(self) -> tuple[Choice, ...]:
        """The limits by which duties are counted."""
        rulebook = pack(self._standing.jurisdiction.pack)
        return tuple(
            Choice(
                r.key,
                f"{label_of(LimitName(r.name))} ({scope_words(r, rulebook)}){gettext('：')}{label_of(r.limit.words)}",
            )
            for rules in rulebook.limits.values()
            for r in rules
            if r.name in ADJUSTABLE
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and did not succeed: what was typed, and why not."""

    form: str
    typed: Typed
    errors: Mapping[str, str]
    words: str = ""
    citation: str = ""

    @property
    def status(self) -> int:
        """409 where a rule stands against it, 422 where the form is not filled in right."""
        return 409 if self.citation else 422


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as a page shows it."""

    action: str
    title: str
    button: str
    controls: tuple[Control, ...]
    open: bool = False
    tried: Tried | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)


def send(request: HttpRequest, standing: Standing, name: str, form: type[Form], run: Callable[[Form], object]) -> (
    Tried | None
):  # fmt: skip
    """Do what a form asks for; answers why it did not succeed, if it did not."""
    filled = fill(form, Typed(typed_in(request.POST).values, posted=True))
    if filled.fields is None:
        return Tried(name, filled.typed, filled.errors, filled.errors.get("", ""))
    try:
        run(filled.fields)
    except Refused as refused:
        citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words
        return Tried(name, filled.typed, blame(refused.all, form), refused.refusal.reason, citation)
    return None


def show(
    name: str,
    form: type[Fields],
    standing: Standing,
    *,
    action: str,
    title: str,
    button: str,
    tried: Tried | None = None,
    begin: Mapping[str, object] | None = None,
    choices: AdministrationChoices | None = None,
    prefix: str = "",
) -> Shown:
    """A form with what was typed in it, or with what it begins with."""
    mine = tried if tried and tried.form == name else None
    said = {k: [str(x) for x in v] if isinstance(v, tuple) else [str(v)] for k, v in (begin or {}).items() if v}
    made = controls(
        form,
        prefix=prefix or name,
        typed=mine.typed if mine else Typed(said),
        choices=choices or AdministrationChoices(standing),
        errors=mine.errors if mine else None,
    )
    return Shown(action, title, button, made, mine is not None, mine)


def administers(standing: Standing) -> bool:
    """Whether the forms of the administration are offered."""
    return standing.actor.holds(Post.ADMINISTRATOR)
