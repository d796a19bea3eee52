"""How pressing a request may be called is what the regulation lists."""

from pathlib import Path

import pytest

from bihuan.cases.types import Act
from bihuan.duties.models import Duty
from bihuan.intake.letters import Unusable, guess
from bihuan.intake.reading import Reader
from bihuan.intake.sheets import Row
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms as n
from bihuan.policy.loader import load, pack
from bihuan.policy.pack import MOST_URGENT, USUAL_URGENCIES
from bihuan.record.queries import events
from tests.town_fixtures import Founding
from tests.towns import START
from tests.vetting.edits import BASES, add, no_table, put, urgencies
from tests.walks import Walk

THREE = urgencies("plain 平件 usual", "pressing 急件 urgent", "extreme 特急 urgent")
LIMITS = add('[[limit]]\nname = "dispatch"\nurgency = "extreme"\nlimit = "10min"\nbasis = "特急件随到随派"')


def renamed(text: str) -> str:
    """The limits of urgent requests are those of pressing ones."""
    return text.replace('urgency = "urgent"', 'urgency = "pressing"')


@pytest.mark.parametrize("name", ["hn", "wd"])
def test_the_shipped_regulations_list_what_the_program_had_and_are_the_same_law(name: str, tmp_path: Path) -> None:
    shipped, other = load(BASES[name]), tmp_path / "other.toml"
    assert tuple(shipped.urgencies.values()) == USUAL_URGENCIES
    text = BASES[name].read_text(encoding="utf-8")
    for own in ("ladder", "assessment"):  # a shipped one's is no part of its law
        text = no_table(own)(text)
    other.write_text(no_table("urgency")(text), encoding="utf-8")
    assert (load(other).digest, load(other).urgencies) == (shipped.digest, shipped.urgencies)
    other.write_text(put('label = "紧急"', 'label = "急"')(text), encoding="utf-8")
    assert load(other).digest != shipped.digest


def test_limits_go_by_the_urgencies_of_the_regulation(somewhere: Founding) -> None:
    somewhere(renamed, THREE, LIMITS)
    law = pack("somewhere-2031-1")
    assert (law.usual_urgency, law.greatest_urgency) == ("plain", "extreme")
    found = {said: str(law.limit("dispatch", urgency=said).limit) for said in ("", "plain", "pressing", "extreme")}
    assert found[""] == found["plain"] != found["pressing"] != found["extreme"] == "10min"
    assert str(law.limit("dispatch", urgency=MOST_URGENT).limit) == "10min"
    assert (law.urgent("plain"), law.urgent("pressing"), law.urgent("other")) == ("", "急件", "")


def test_a_request_is_as_pressing_as_somebody_said_by_the_list(somewhere: Founding) -> None:
    town = somewhere(renamed, THREE, LIMITS)
    walk = Walk(town)
    with pytest.raises(Refused) as found:
        walk.do(Act.REGISTER, urgency="urgent")
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.REGISTER, "urgency")
    assert "plain（平件）、pressing（急件）、extreme（特急）" in found.value.refusal.reason
    assert "求助，平件）" in walk.do(Act.REGISTER).sentence
    assert walk.facts.urgency == "plain"
    walk = Walk(town)
    assert "求助，特急）" in walk.do(Act.REGISTER, urgency="extreme").sentence
    assert events(walk.facts.subject)[0].facts["urgency"] == "extreme"
    assert Duty.objects.get(subject=walk.facts.subject, kind="dispatch").limit == "10min"
    walk.do(Act.HAND_OVER)


@pytest.mark.parametrize(("cell", "code"), [("特急", "extreme"), ("pressing", "pressing"), ("", "")])
def test_a_table_says_it_by_label_or_code(cell: str, code: str, somewhere: Founding) -> None:
    somewhere(renamed, THREE)
    listed = tuple(pack("somewhere-2031-1").urgencies.values())
    columns = guess(["内容", "紧急程度", "姓名", "电话"])
    row = Row(2, ("路灯坏了", cell, "王某", "13800001234"), 1.0)
    (letter,) = Reader(columns, "hotline", START, indexed=False, urgencies=listed).read([row])[1]
    assert not isinstance(letter, Unusable)
    assert letter.fields.urgency == code
    (letter,) = Reader(columns, "hotline", START, indexed=False).read([row])[1]
    assert isinstance(letter, Unusable) is bool(cell), "one that the regulation does not list"
