"""Tables of rules: what each rule answers to which facts, asked without a database.

A table names a rule with the facts of the everyday, and in each row what differs from them and what the rule then says:

    give = asked(rules.may_dispatch_to, unit=unit("department"), desk="desk", pack=WENDENG)
    ROWS = (
        give.allows("an active department"),
        give.refuses("nobody", norms.ONE_LEAD, "lead", unit=None),
    )

    @pytest.mark.parametrize("row", ROWS, ids=str)
    def test_what_each_rule_says(row: Row) -> None:
        row.holds()

Every `return Refusal` has its row, with a row just beside its limit that is allowed: `make mutants` looks for what is
missing. Norm and field are asserted, whether an attempt is kept as evidence, and whether the act means nothing there
(`moot`), or something was not said (`missing`); never the words.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal


@dataclass(frozen=True)
class Row:
    """One question to a rule, and its answer."""

    name: str
    rule: Callable[..., object]
    facts: Mapping[str, Any]
    answer: object
    """A `_No`, `_Needs`, or exactly what the rule gives."""

    def __str__(self) -> str:
        return f"{self.rule.__name__}: {self.name}"

    def holds(self) -> None:
        """Ask the rule."""
        given = self.rule(**self.facts)
        if isinstance(self.answer, _No):
            assert isinstance(given, Refusal), f"{self}: allowed"
            no = _No(given.norm, given.field or "", given.evidence, given.moot, given.missing)
            assert no == self.answer, f"{self}: {no}"
            assert given.reason, f"{self}: refused without a reason"
        elif isinstance(self.answer, _Needs):
            assert isinstance(given, Mapping), f"{self}: {given!r}"
            said = {field: [(need.norm, dict(need.when)) for need in needs] for field, needs in given.items()}
            assert said == self.answer.fields, f"{self}: {said}"
            assert all(need.reason for needs in given.values() for need in needs), f"{self}: wanted without a reason"
        else:
            assert given == self.answer, f"{self}: {given!r}"


@dataclass(frozen=True)
class _No:
    """What of a refusal is asserted."""

    norm: Norm | None
    field: str
    evidence: bool
    moot: bool
    missing: bool


@dataclass(frozen=True)
class _Needs:
    """What of needs is asserted."""

    fields: Mapping[str, list[tuple[Norm, Mapping[str, Collection[str]]]]]


@dataclass(frozen=True)
class Asked:
    """A rule with the facts of the everyday."""

    rule: Callable[..., object]
    usual: Mapping[str, Any]

    def allows(self, name: str, /, **facts: Any) -> Row:
        """With these facts the rule has nothing against it."""
        return self.gives(name, None, **facts)

    def refuses(
        self,
        name: str,
        norm: Norm | None,
        field: str = "",
        /,
        *,
        evidence: bool = False,
        moot: bool = False,
        missing: bool = False,
        **facts: Any,
    ) -> Row:
        """With these facts the rule says no for that norm, and blames that field of the form if one is to blame.

        Without a norm it is wrong in form alone. `evidence`: the attempt is kept. `moot`: the act means nothing there.
        `missing`: something compulsory was not said.
        """
        return Row(name, self.rule, {**self.usual, **facts}, _No(norm, field, evidence, moot, missing))

    def wants(
        self, name: str, fields: Mapping[str, list[tuple[Norm, Mapping[str, Collection[str]]]]], /, **facts: Any
    ) -> Row:
        """With these facts a form must have exactly these fields, each for these norms and in these cases."""
        return Row(name, self.rule, {**self.usual, **facts}, _Needs(fields))

    def gives(self, name: str, value: object, /, **facts: Any) -> Row:
        """With these facts the rule answers exactly this."""
        return Row(name, self.rule, {**self.usual, **facts}, value)


def asked(rule: Callable[..., object], /, **usual: Any) -> Asked:
    """A rule, and the facts that hold in each of its rows unless the row says otherwise."""
    return Asked(rule, usual)
