"""Small edits of a regulation pack, as somebody might make them."""

import re
from collections.abc import Callable
from pathlib import Path

from bihuan.policy.loader import SHIPPED

QINGSHAN = Path(__file__).parent.parent / "packs" / "qingshan-2030-3.toml"
BAIHE = QINGSHAN.with_name("baihe-2032-1.toml")
BASES = {"hn": SHIPPED / "huainan-2021-55.toml", "wd": SHIPPED / "wendeng-2021-10.toml", "qs": QINGSHAN, "bh": BAIHE}
Edit = Callable[[str], str]


def base(name: str) -> str:
    """A right pack under a name of its own."""
    text = BASES[name].read_text(encoding="utf-8")
    text = re.sub(r'(?m)^id = "[a-z]+-[0-9]+-[0-9]+"', 'id = "somewhere-2031-1"', text, count=1)
    text = re.sub(r'(?m)^case_prefix = ".*"', 'case_prefix = "SW"', text)
    return re.sub(r'(?m)^matter_prefix = ".*"', 'matter_prefix = "SWQD"', text)


def put(old: str, new: str) -> Edit:
    """One text in the place of another, once."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


def add(*more: str) -> Edit:
    """Something at the end."""
    return lambda text: "\n".join([text, *more, ""])


def ground(*more: str, of: str = "terminate", code: str = "sued", label: str = "已起诉") -> str:
    """A ground as a file lists it."""
    return "\n".join(["[[ground]]", f'of = "{of}"', f'code = "{code}"', f'label = "{label}"', *more])


WARN = 'level = "L0", at = "-1h", do = "warn", mode = "auto"'


def ladder(*scope: str, duties: str = '["case.review"]', more: str = "", **said: str) -> str:
    """A ladder of one warning, but for what is said of it otherwise; `more` stands behind it."""
    step = WARN
    for key, value in said.items():
        step = re.sub(rf'{key} = "[^"]*"', f'{key} = "{value}"', step)
    head = ["[[ladder]]", 'name = "extra"', 'label = "另一类"', f"duties = {duties}", *scope]
    return "\n".join([*head, "steps = [", f"{{ {step}{more} }},", "]"])


def warns_alone(text: str) -> str:
    """Ladders that neither urge nor draft anything: what they tell beforehand, and the list, stay."""
    return _without_steps('do = "(urge|reminder|order)"', text)


STEPS = {
    "supervise.urge": 'do = "urge"',
    "supervise.remind": 'do = "reminder"',
    "supervise.order": 'do = "order"',
    "supervise.order-by-desk": 'do = "order"[^\\n]*by = "desk"',
}
"""Norm → the steps of ladders that rest on it."""


def _without_steps(which: str, text: str) -> str:
    """Ladders without such steps, and without those that would have none."""
    text = re.sub(rf"(?m)^  \{{ [^\n]*{which}[^\n]*\n", "", text)
    return re.sub(r"\[\[ladder\]\]\n[^\[]*duties = \[[^\]]*\]\nsteps = \[\n\]\n", "", text)


def category(code: str) -> str:
    """A class of requests as a file lists it."""
    return f'[[category]]\ncode = "{code}"\nlabel = "一类{code}"'


def review(*scope: str, written: str = "1wd") -> str:
    """A limit of the review for what the lines of `scope` name."""
    return "\n".join(["[[limit]]", 'name = "review"', *scope, f'limit = "{written}"', 'basis = "x"'])


def handle(*scope: str, written: str = "5wd") -> str:
    """The same of the handling."""
    return review(*scope, written=written).replace('"review"', '"handle"')


def urgencies(*listed: str) -> Edit:
    """Urgencies in the place of those of a file, each its code, its label, and what it is: `pressing 急 urgent`."""

    def table(one: str) -> str:
        code, label, *marks = one.split()
        return "\n".join(["[[urgency]]", f'code = "{code}"', f'label = "{label}"', *(f"{m} = true" for m in marks)])

    return lambda text: add(*map(table, listed))(no_table("urgency")(text))


def off(*norms: str) -> Edit:
    """Norms bound nowhere any more, and no step of a ladder that rests on them."""

    def edit(text: str) -> str:
        for norm in norms:
            assert f'"{norm}"' in text, norm
            text = without("default", "norm", norm)(without("parameter", "norm", norm)(text))
            text = _without_situations(norm, text)
            text = re.sub(rf'(?<=[\[ ])"{re.escape(norm)}"(, )?', "", text).replace(", ]", "]")
            text = re.sub(r"(?m)^(norms|also) = \[\]\n", "", text)
            text = _without_steps(STEPS[norm], text) if norm in STEPS else text
        return re.sub(r"(?m)^partly = .*\n(?=\n)", _kept, text) if "partly" in text else text

    return edit


def _without_situations(norm: str, text: str) -> str:
    """No situation that rests on the norm, and nothing that looks for one in the record."""
    for code in re.findall(rf'\[\[situation\]\]\ncode = "(\w+)"\nlabel = "[^"]*"\nnorm = "{re.escape(norm)}"', text):
        text = without("detector", "situation", code)(without("situation", "code", code)(text))
    return text


def _kept(match: "re.Match[str]") -> str:
    """What is carried out in part names norms; where they are gone, that goes too."""
    before = match.string[: match.start()].rpartition("[[clause]]")[2]
    return match[0] if re.search(r"(?m)^(norms|also) = ", before) else ""


def without(table: str, key: str, value: str) -> Edit:
    """The entries of a table of which a key has that value are gone."""

    def edit(text: str) -> str:
        blocks = re.split(r"(?m)(?=^\[\[?[a-z_]+\]\]?$|^# -{5,})", text)
        kept = (b for b in blocks if not (b.startswith(f"[[{table}]]") and f'\n{key} = "{value}"' in b))
        return "".join(kept)

    return edit


def no_limit(name: str) -> Edit:
    """A limit is set for nobody."""
    return without("limit", "name", name)


def no_type(capacity: str) -> Edit:
    """No type of unit has a capacity."""

    def edit(text: str) -> str:
        lines = (re.sub(rf'"{capacity}"(, )?', "", s) if s.startswith("capacities") else s for s in text.split("\n"))
        return "\n".join(lines).replace(", ]", "]")

    return edit


def no_table(table: str) -> Edit:
    """All entries of a table are gone."""

    def edit(text: str) -> str:
        blocks = re.split(r"(?m)(?=^\[\[?[a-z_]+\]\]?$|^# -{5,})", text)
        return "".join(b for b in blocks if not b.startswith((f"[[{table}]]", f"[{table}]")))

    return edit


def limit(name: str, written: str, *, scope: str = "") -> Edit:
    """A limit set otherwise; `scope` is the line of its urgency, channel or type."""

    def edit(text: str) -> str:
        pattern = rf'(\[\[limit\]\]\nname = "{name}"\n{re.escape(scope)})limit = ".*"'
        changed, found = re.subn(pattern, rf'\g<1>limit = "{written}"', text, count=1)
        assert found, name
        return changed

    return edit


URGENT = 'urgency = "urgent"\n'


def rhythm(*more: str, code: str = "safety", every: str = "month", holder: str = "desk.head") -> str:
    """Regular work as a file lists it."""
    head = ["[[rhythm]]", f'code = "{code}"', 'label = "安全周"', f'every = "{every}"', f'holder = "{holder}"']
    return "\n".join([*head, 'basis = "通行做法"', *more])
