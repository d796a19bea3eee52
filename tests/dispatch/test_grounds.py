"""On which grounds something is declined, given back, ended or explained is what the regulation lists."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bihuan.cases.commands import LIFE
from bihuan.cases.types import Act
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms as n
from bihuan.policy.loader import load
from bihuan.policy.pack import USUAL_GROUNDS, GroundOf
from bihuan.record.queries import events
from tests.town_fixtures import Founding
from tests.towns import pack_of
from tests.vetting.edits import BASES, add, ground, no_table
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Official

LISTS = add(
    ground('demands = ["paper"]'),
    ground('demands = ["other_unit"]', of="return", code="not_ours", label="不属本单位职责"),
    ground('demands = ["basis"]', of="explain", code="no_law", label="没有政策依据"),
    ground(of="decline", code="judged", label="已有生效判决"),
)


def refused(walk: Walk, act: Act, **fields: object) -> tuple[object, object]:
    with pytest.raises(Refused) as found:
        walk.do(act, **fields)
    return found.value.refusal.norm, found.value.refusal.field


@pytest.mark.parametrize("name", ["hn", "wd"])
def test_the_shipped_regulations_list_what_the_program_had_and_are_the_same_law(name: str, tmp_path: Path) -> None:
    pack, silent = load(BASES[name]), tmp_path / "silent.toml"
    assert tuple(g for of in GroundOf for g in pack.grounds_of(of).values()) == USUAL_GROUNDS
    text = BASES[name].read_text(encoding="utf-8")
    for own in ("ladder", "assessment"):  # a shipped one's is no part of its law
        text = no_table(own)(text)
    silent.write_text(no_table("ground")(text), encoding="utf-8")
    assert load(silent).digest == pack.digest, "what was founded before the list was written verifies"
    assert load(silent).grounds == pack.grounds
    silent.write_text(re.sub("恶意骚扰", "纠缠", text), encoding="utf-8")
    assert load(silent).digest != pack.digest
    silent.write_text(LISTS(text), encoding="utf-8")
    assert load(silent).digest != pack.digest


def test_a_request_is_declined_on_a_ground_of_the_list(somewhere: Founding) -> None:
    walk = Walk(somewhere(no_table("ground"), LISTS)).along(Act.REGISTER)
    assert refused(walk, Act.PROPOSE_DECLINE, ground="outside") == (n.DECLINE_WITH_GROUND, "ground")
    with pytest.raises(ValidationError):
        walk.do(Act.PROPOSE_DECLINE, ground="")
    assert "提出不予受理：已有生效判决" in walk.do(Act.PROPOSE_DECLINE, ground="judged").sentence
    assert events(walk.facts.subject)[-1].facts["ground"] == "judged"


def test_what_a_ground_demands_is_given_with_it(somewhere: Founding) -> None:
    walk = Walk(somewhere(LISTS)).along(*TO_HANDLING)
    for act, said, wrong in (
        (Act.REQUEST_TERMINATION, {}, (n.TERMINATE, "ground")),
        (Act.REQUEST_TERMINATION, {"ground": "weather"}, (n.TERMINATE, "ground")),
        (Act.REQUEST_TERMINATION, {"ground": "sued"}, (n.TERMINATE, "attachments")),
        (Act.ANSWER, {"ground": "no_law"}, (None, "ground")),
        (Act.ANSWER, {"outcome": "EXPLAINED"}, (n.ANSWER_EXPLAINED, "ground")),
        (Act.REQUEST_RETURN, {}, (n.RETURN_NOT_OWN_DUTY, "ground")),
        (Act.REQUEST_RETURN, {"ground": "weather"}, (n.RETURN_NOT_OWN_DUTY, "ground")),
        (Act.REQUEST_RETURN, {"ground": "not_ours"}, (n.RETURN_NOT_OWN_DUTY, "suggested_unit")),
    ):
        assert refused(walk, act, **said) == wrong, (act, said)
    done = walk.do(Act.REQUEST_RETURN, ground="not_ours", suggested_unit=walk.town.other)
    assert done.sentence.startswith("申请退单（不属本单位职责），")


def test_the_record_and_the_form_cite_where_a_ground_stands(somewhere: Founding) -> None:
    """One that says nothing of it is cited from where the norm is bound."""
    own = add(
        ground('clause = "WD-2.1e"', of="decline", code="judged", label="已有生效判决"),
        ground('basis = "信访工作条例第二十四条"', of="decline", code="petition", label="属于信访事项"),
        ground(of="decline", code="outside", label="不在本区"),
        ground('clause = "WD-2.3f"', of="return", code="not_ours", label="不属本单位职责"),
        ground('clause = "WD-2.3f"'),
        ground('clause = "WD-2.3f"', of="explain", code="no_law", label="没有政策依据"),
    )
    town = somewhere(no_table("ground"), own)
    for code, words, clause in (
        ("judged", "已有生效判决，依据WD-2.1e", "WD-2.1e"),
        ("petition", "属于信访事项，依据信访工作条例第二十四条", ""),
        ("outside", "不在本区", pack_of(town.code).cite(n.DECLINE_WITH_GROUND).clause_id or ""),
    ):
        walk = Walk(town).along(Act.REGISTER)
        (offer,) = (o for o in LIFE.offers(walk.facts, walk.actor("desk.registrar"), walk.now) if "decline" in o.act)
        assert offer.allowed["ground"][code] == words
        assert walk.do(Act.PROPOSE_DECLINE, ground=code).sentence == f"提出不予受理：{words}"
        assert events(walk.facts.subject)[-1].clause == clause
    walk = Walk(town).along(*TO_HANDLING)
    assert "（不属本单位职责，依据WD-2.3f）" in walk.do(Act.REQUEST_RETURN, ground="not_ours").sentence
    assert events(walk.facts.subject)[-1].clause == "WD-2.3f"
    walk.along(Act.REFUSE_RETURN)
    assert "（已起诉，依据WD-2.3f）" in walk.do(Act.REQUEST_TERMINATION, ground="sued").sentence
    assert events(walk.facts.subject)[-1].clause == "WD-2.3f"
    walk.along(Act.REFUSE_TERMINATION)
    done = walk.do(Act.ANSWER, outcome="EXPLAINED", ground="no_law")
    assert "解释说明：没有政策依据，依据WD-2.3f）" in done.sentence
    page = Official(f"{town.code}.unit.handler").read(f"/cases/{walk.number}/").html
    assert "依据WD-2.3f" in page
    assert "/#WD-2.3f" in page


def test_an_explanation_tells_its_ground(somewhere: Founding) -> None:
    walk = Walk(somewhere(LISTS)).along(*TO_HANDLING)
    done = walk.do(Act.ANSWER, outcome="EXPLAINED", ground="no_law", policy_basis="某市住房条例第九条")
    assert "解释说明：没有政策依据）" in done.sentence


def test_where_none_are_listed_none_is_asked_for(somewhere: Founding) -> None:
    walk = Walk(somewhere()).along(*TO_HANDLING)
    assert refused(walk, Act.REQUEST_TERMINATION, ground="sued") == (None, "ground")
    assert walk.do(Act.REQUEST_TERMINATION).sentence == "书面申请终止办理"
