"""What the rows of the dispatch desk say: which unit, on which basis, and what is wrong with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

from bihuan.cases.types import Basis
from bihuan.organisations.types import ResponsibilityRow
from bihuan.web.forms import Choice, Typed
from bihuan.web.words import entry_basis

MOST = 6
"""So many units are offered where a part of a name fits several."""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in one row: an entry of the responsibility list, or a unit named with a basis."""

    ticked: bool = False
    entry: str = ""
    unit: str = ""
    meant: str = ""
    """The one of `offered` that was chosen."""
    kind: str = ""
    basis: str = ""
    owed: str = ""
    """Which duty stood there when the row was shown: another one stands there when a case has come back."""
    offered: tuple[Choice, ...] = ()
    """The units that the part of a name may mean, where there are several."""
    wrong: str = ""
    wrong_at: str = ""
    """The field of the dispatch that is to blame."""
    citation: str = ""

    @property
    def says(self) -> bool:
        """Whether somebody chose or typed anything in it."""
        return bool(self.ticked or self.entry or self.unit or self.kind or self.basis)

    @property
    def elsewhere(self) -> bool:
        """Whether a unit is named that was not suggested."""
        return bool(self.unit or self.basis)


NOTHING = Row()
SAID = ("entry", "unit", "meant", "kind", "basis", "owed")
"""What a row sends, each under its name and the number of its case."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a row sends: the form of a dispatch, with the names of what it chose."""

    number: str
    form: Typed
    unit: str
    kind: str
    basis: str


@dataclass(frozen=True)
class Desk:
    """Everything that was filled in on the desk, read against the responsibility list and the units there are."""

    typed: Typed
    entries: Mapping[str, ResponsibilityRow] = field(default_factory=dict)
    units: Sequence[Choice] = ()

    @property
    def chosen(self) -> list[str]:
        """The cases that are ticked, each once."""
        return list(dict.fromkeys(self.typed.all("case")))

    @property
    def staying(self) -> list[str]:
        """The cases that were ticked and told as wrong before: they stay ticked, and are not sent."""
        return [number for number in dict.fromkeys(self.typed.all("stay")) if number not in self.typed.all("case")]

    @property
    def filled(self) -> list[str]:
        """The cases in whose rows something stands."""
        named = (name.partition("-")[2] for name in self.typed.values)
        return [number for number in dict.fromkeys([*self.chosen, *filter(None, named)]) if self.row(number).says]

    def without(self, numbers: Collection[str]) -> "Desk":
        """The same without what stands in the rows of these cases."""
        gone = {f"{name}-{number}" for number in numbers for name in SAID}
        said = {
            name: [v for v in values if name not in ("case", "stay") or v not in numbers]
            for name, values in self.typed.values.items()
            if name not in gone
        }
        return replace(self, typed=replace(self.typed, values=said))

    def row(self, number: str) -> Row:
        """What stands in the row of a case."""
        said = {name: self.typed.one(f"{name}-{number}").strip() for name in SAID}
        found = meant(said["unit"], self.units) if said["unit"] else ()
        ticked = number in (*self.typed.all("case"), *self.typed.all("stay"))
        return Row(ticked=ticked, offered=found if len(found) > 1 else (), **said)

    def sent(self, number: str) -> Sent:
        """What the row of a case sends; whatever it lacks is left out, for the form to say so."""
        row = self.row(number)
        if not row.unit and (entry := self.entries.get(row.entry)):
            lead, name, kind, basis = entry.lead, entry.lead_name, str(Basis.LIST_ENTRY), entry_basis(entry)
        else:
            found = meant(row.unit, self.units) if row.unit else ()
            one = next((c for c in found if c.value == row.meant or len(found) == 1), None)
            lead, name = (one.value, one.label) if one else (row.unit if not found else "", row.unit)
            kind, basis = row.kind if row.elsewhere else "", row.basis
        said = {"lead": lead, "basis_kind": kind, "basis": basis}
        form = Typed({name: [value] for name, value in said.items() if value}, posted=True)
        return Sent(number, form, name, kind, basis)

    def refused(self, number: str, words: str, citation: str = "", at: str = "lead") -> Row:
        """The row of a case with why it was refused; where a part of a name fits several units, which those are."""
        row = self.row(number)
        if row.offered and not any(choice.value == row.meant for choice in row.offered):
            words = gettext("“%(part)s”可以指几个单位，请选一个。") % {"part": row.unit}
            return replace(row, wrong=words, wrong_at="lead", offered=row.offered[:MOST])
        return replace(row, wrong=words, wrong_at=at, citation=citation)


def meant(said: str, units: Iterable[Choice]) -> tuple[Choice, ...]:
    """The units that a code, a name, a part or a short form of it may mean; one alone where it is the whole of it."""
    known = tuple(units)
    whole = tuple(unit for unit in known if said in (unit.value, unit.label))
    part = whole or tuple(unit for unit in known if said in unit.label)
    return part or tuple(unit for unit in known if _is_short_for(said, unit.label))


def _is_short_for(said: str, name: str) -> bool:
    """Whether people call it so for short: letters of the name in their order, as 住建局 of 住房和城乡建设局."""
    rest = iter(name)
    return len(said) > 1 and all(letter in rest for letter in said)
