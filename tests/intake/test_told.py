"""The record says whether whoever asked was told, and how: of somebody whom nobody knows it says that nobody was."""

import pytest

from bihuan.cases.commands import LIFE
from bihuan.cases.types import Act
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import add, ground
from tests.walks import TO_HANDLING, Walk

NAMELESS = {"anonymous": True, "name": "", "phone": "", "address": "", "callback_wanted": False}


def nameless(town: Town) -> Walk:
    walk = Walk(town)
    walk.do(Act.REGISTER, **NAMELESS)
    return walk


def test_whose_request_is_declined_is_told(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.PROPOSE_DECLINE)
    with pytest.raises(Refused) as refused:
        walk.do(Act.CONFIRM_DECLINE, told_how=None)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.DECLINE_WITH_GROUND, "told_how")
    assert walk.do(Act.CONFIRM_DECLINE).sentence == "复核同意不予受理，已告知诉求人（电话）"


def test_whom_nobody_knows_is_not_told_that_it_is_declined(wendeng: Town) -> None:
    walk = nameless(wendeng).along(Act.PROPOSE_DECLINE)
    done = walk.do(Act.CONFIRM_DECLINE, told_how=None)
    assert done.sentence == "复核同意不予受理，诉求人匿名，没有告知"
    assert "told_how" not in events(walk.facts.subject)[-1].facts
    other = nameless(wendeng).along(Act.PROPOSE_DECLINE)
    assert other.do(Act.CONFIRM_DECLINE, told_how="in_person").sentence.endswith("已告知诉求人（当面）")


def test_a_ground_may_want_it_in_writing(somewhere: Founding) -> None:
    town = somewhere(add(ground('demands = ["written"]', of="decline", code="judged", label="已有生效判决")))
    walk = Walk(town).along(Act.REGISTER)
    walk.do(Act.PROPOSE_DECLINE, ground="judged")
    offers = LIFE.offers(walk.facts, walk.actor("desk.reviewer"), walk.now)
    (offer,) = (one for one in offers if one.act == Act.CONFIRM_DECLINE)
    assert offer.allowed["told_how"] == ["written"]
    with pytest.raises(Refused, match="须书面告知诉求人") as refused:
        walk.do(Act.CONFIRM_DECLINE)
    assert refused.value.refusal.field == "told_how"
    assert walk.do(Act.CONFIRM_DECLINE, told_how="written").sentence.endswith("已告知诉求人（书面）")


def test_nor_that_it_is_joined_taken_out_again_or_ended(wendeng: Town) -> None:
    other, walk = Walk(wendeng).along(Act.REGISTER), nameless(wendeng)
    said = {"parent": other.number, "reason": "同一盏路灯。"}
    assert walk.do(Act.MERGE, **said).sentence.endswith("，诉求人匿名，没有告知")
    assert walk.do(Act.UNMERGE, requester_told="").sentence.endswith("，诉求人匿名，没有告知")
    walk.along(Act.DISPATCH, Act.SIGN_IN, Act.REQUEST_TERMINATION)
    done = walk.do(Act.APPROVE_TERMINATION, requester_told="")
    assert done.sentence == "同意终止办理，诉求人匿名，没有告知"


def test_nobody_says_how_somebody_unknown_was_told_of_an_extension(wendeng: Town) -> None:
    walk = nameless(wendeng).along(Act.DISPATCH, Act.SIGN_IN)
    walk.do(Act.REQUEST_EXTENSION, requester_informed="")
    known = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused) as refused:
        known.do(Act.REQUEST_EXTENSION, requester_informed="")
    said = (refused.value.refusal.norm, refused.value.refusal.field)
    assert said == (norms.EXTENSION_WITH_APPROVAL, "requester_informed")


def test_who_is_known_is_told_of_that(wendeng: Town) -> None:
    other, walk = Walk(wendeng).along(Act.REGISTER), Walk(wendeng).along(Act.REGISTER)
    said = {"parent": other.number, "reason": "同一盏路灯。"}
    with pytest.raises(Refused) as refused:
        walk.do(Act.MERGE, **said)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.MERGE_REPEATS, "requester_told")
    walk.do(Act.MERGE, **said, requester_told="电话")
    with pytest.raises(Refused) as refused:
        walk.do(Act.UNMERGE, requester_told="")
    assert refused.value.refusal.field == "requester_told"
    ended = Walk(wendeng).along(*TO_HANDLING, Act.REQUEST_TERMINATION)
    with pytest.raises(Refused) as refused:
        ended.do(Act.APPROVE_TERMINATION, requester_told="")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.TERMINATE, "requester_told")
