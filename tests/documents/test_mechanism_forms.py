"""The forms of the mechanisms are drawn up from what was filled in, and verify finds nothing amiss."""

import pytest

from bihuan.audit.queries import verify
from bihuan.documents import commands, queries
from bihuan.documents.types import State
from bihuan.joint import papers
from bihuan.kernel.refusal import Refused
from tests.joint.walks import LINKAGE, A, JointWalk, with_bodies
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.django_db


def test_the_form_of_a_linkage_is_drawn_up_once_it_is_filled_in(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    actor = walk.actor("lead.handler")
    said = {"subject_kind": "linkage", "code": "D08", "actor": actor}
    with pytest.raises(Refused):
        commands.issue(facts=walk.facts, now=walk.now, **said)
    walk.along(A.ACCEPT, A.FINISH, A.CONCLUDE)
    with pytest.raises(Refused, match="尚未填写"):
        commands.issue(facts=walk.facts, now=walk.now, **said)
    walk.along(A.GRADE, A.FILE_FORM, A.SIGN_FORM)
    form = papers.linkage_form(walk.number, actor, walk.now)
    assert form.signed_by
    assert all(graded.grade for graded in form.grades)
    document = commands.issue(facts=walk.facts, now=walk.now, **said)
    assert commands.make(document, at=walk.now) == State.READY
    (row,) = queries.of("linkage", walk.number)
    assert row.title == "“首接负责”工作机制落实情况备案表"
    assert [str(b.reason) for b in verify(town.code).findings] == []
