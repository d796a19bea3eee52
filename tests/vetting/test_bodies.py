"""Which bodies a regulation wants, and whom in them: read off what the engine declares."""

from dataclasses import replace

import pytest

from bihuan.kernel.norm import Norm
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.ladders import At, By, Do, Ladder, Mode, Step
from bihuan.policy.loader import pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.vetting.bodies import bodies

WENDENG, HUAINAN = pack("wendeng-2021-10/1"), pack("huainan-2021-55/1")
CORE = (norms.REGISTER, norms.ACCEPT, norms.ONE_LEAD, norms.SIGN_IN, norms.HANDLE_WITHIN_LIMIT)


def binding(*extra: Norm, ladders: tuple[Ladder, ...] = ()) -> Pack:
    """A regulation with the core of a case and these norms besides, and these ladders of the handling."""
    kept = {norm.name: WENDENG.bindings.get(norm.name) or HUAINAN.bindings[norm.name] for norm in (*CORE, *extra)}
    return replace(WENDENG, bindings=kept, ladders={"case.handle": ladders} if ladders else {})


def wanted(regulation: Pack) -> set[tuple[str, str]]:
    return {(str(one.capacity), one.post) for one in bodies(regulation)}


def a_ladder(do: Do, by: By | None, mode: Mode = Mode.AUTO) -> tuple[Ladder, ...]:
    return (Ladder("one", "办理类", ("case.handle",), (Step(do, At(), mode=mode, by=by),)),)


def test_the_core_of_a_case_wants_desk_and_units_alone() -> None:
    assert {capacity for capacity, _ in wanted(binding())} == {"desk", "handling"}


@pytest.mark.parametrize(
    ("norm", "capacity", "post"),
    [
        (norms.SUPERVISE_ORDER, Capacity.SUPERVISION, Post.SUPERVISOR),
        (norms.SUPERVISE_ORDER_BY_DESK, Capacity.DESK, Post.SUPERVISOR),
        (norms.SUPERVISE_COLOURED, Capacity.SUPERVISION, Post.SUPERVISOR),
        (norms.INSTRUCTION_BY_POST, Capacity.LEADERSHIP, Post.LEADER),
        (norms.WHISTLE_BLOW, Capacity.TOWNSHIP, ""),
        (norms.WHISTLE_TOPICS, Capacity.STAFFING, ""),
        (norms.LIST_COPY, Capacity.SUPERVISION, ""),
        (norms.SPECIAL_REPORT, Capacity.LEADERSHIP, ""),
        (norms.LINKAGE_REPORT, Capacity.LEADERSHIP, ""),
        (norms.DETERMINATION_REFER, Capacity.DETERMINATION, ""),
    ],
)
def test_a_norm_brings_whoever_holds_it(norm: Norm, capacity: Capacity, post: str) -> None:
    assert (str(capacity), str(post)) not in wanted(binding())
    assert (str(capacity), str(post)) in wanted(binding(norm))


def test_a_class_of_key_cases_brings_who_supervises_them() -> None:
    assert ("supervision", "supervisor") in wanted(binding(norms.SUPERVISE_KEY_CLASS))


def test_orders_are_sent_by_the_body_and_by_the_desk_only_where_a_norm_lets_it() -> None:
    assert ("desk", "supervisor") not in wanted(binding(norms.SUPERVISE_ORDER))
    assert ("supervision", "supervisor") not in wanted(binding(norms.SUPERVISE_REMIND, norms.SUPERVISE_RECTIFY))


@pytest.mark.parametrize(
    ("by", "capacity"), [(By.DESK, "desk"), (By.SUPERVISION, "supervision"), (By.OFFICE, "office")]
)
def test_in_whose_name_a_ladder_sends_is_wanted(by: By, capacity: str) -> None:
    urging = binding(norms.SUPERVISE_URGE, ladders=a_ladder(Do.URGE, by))
    assert (capacity, "") in wanted(urging)
    assert (capacity, "supervisor") not in wanted(urging), "nobody decides what the clock sends by itself"


def test_what_a_ladder_drafts_is_laid_before_somebody() -> None:
    drafting = binding(norms.SUPERVISE_REMIND, ladders=a_ladder(Do.REMINDER, By.SUPERVISION, Mode.DRAFT))
    assert ("supervision", "supervisor") in wanted(drafting)
    assert "督办阶梯“办理类”" in next(one.why for one in bodies(drafting) if one.capacity == Capacity.SUPERVISION)


def test_whoever_is_told_that_a_leader_is_late_is_wanted() -> None:
    assert ("supervision", "supervisor") in wanted(binding(ladders=a_ladder(Do.INFORM, None)))


def test_a_ladder_of_what_nobody_comes_to_owe_wants_nobody() -> None:
    unclimbed = replace(binding(norms.SUPERVISE_URGE), ladders={"matter.list_handle": a_ladder(Do.URGE, By.OFFICE)})
    assert ("office", "") not in wanted(unclimbed)
