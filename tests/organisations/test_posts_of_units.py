"""Which posts make sense in which units: what the rule says is what the stage tables let them do."""

import pytest

from bihuan.cases import types as cases
from bihuan.cases.types import Part
from bihuan.determination import types as determination
from bihuan.duties.types import DutySpec
from bihuan.joint import types as joint
from bihuan.kernel.stages import Role
from bihuan.matters import types as matters
from bihuan.organisations.rules import HELD_IN, posts_of
from bihuan.organisations.types import Post
from bihuan.policy.pack import Capacity
from tests.facts import HUAINAN, WENDENG

PACKAGES = (cases, matters, joint, determination)
WITHOUT_A_ROLE = {
    *((Post.SUPERVISOR, one) for one in set(Capacity) - {Capacity.SUPERVISION, Capacity.GRASSROOTS}),
    *((post, Capacity.TOWNSHIP) for post in (Post.HANDLER, Post.LIAISON)),
    *((Post.ASSESSOR, one) for one in (Capacity.DESK, Capacity.OFFICE, Capacity.PERSONNEL)),
}
"""Supervisors look at who looked at personal data, wherever a city puts them; a township is a handling unit;
clues are kept by the list office or by a desk, whichever there is."""


def roles() -> set[tuple[str, str]]:
    """Every post that may do something, or owes something, with what its unit is for."""
    found = set()
    for package in PACKAGES:
        for one in vars(package).values():
            if isinstance(one, Role) and one.part:
                found |= {(post, Part(one.part).capacity) for post in one.posts}
            if isinstance(one, tuple):
                found |= {(s.post, Part(s.part).capacity) for s in one if isinstance(s, DutySpec)}
    return {(post, capacity) for post, capacity in found if post in HELD_IN}


def test_whoever_may_do_something_may_be_appointed_where_they_do_it() -> None:
    said = {(post, capacity) for post, capacities in HELD_IN.items() for capacity in capacities}
    assert said - roles() == WITHOUT_A_ROLE
    assert roles() - said == set()


@pytest.mark.parametrize("rulebook", [WENDENG, HUAINAN])
def test_every_post_of_a_regulation_can_be_held_somewhere(rulebook: object) -> None:
    held = {post for kind in rulebook.unit_types for post in posts_of(kind, rulebook)}  # type: ignore[attr-defined]
    assert held == set(rulebook.posts)  # type: ignore[attr-defined]
