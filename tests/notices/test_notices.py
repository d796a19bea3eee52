"""Notices: who learns of what, once, and reads it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.duties.jobs import climb
from bihuan.duties.models import Duty
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind as JointKind
from bihuan.notices import commands, queries
from bihuan.notices.models import Notice
from bihuan.notices.types import Group
from bihuan.record.models import Consumer
from bihuan.subjects.registry import REGISTRY
from tests.joint.walks import JointWalk, with_bodies
from tests.record.streams import all_ended
from tests.towns import START, Town, found
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Official, Page

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


@pytest.fixture
def town() -> Iterator[Town]:
    """A town of whose founding nobody is told."""
    place = found("nt", "wendeng-2021-10", prefix="NT")
    commands.take_in()
    yield place
    Consumer.objects.all().delete()


def read() -> None:
    """Tell everybody what there is to tell."""
    all_ended()
    while commands.take_in():
        continue


def told(account: str) -> list[tuple[str, str, str]]:
    """What somebody was told, in order."""
    rows = Notice.objects.filter(account=account).order_by("id")
    return [(n.group, n.subject.partition(":")[2], n.duty) for n in rows]


def test_who_owes_something_is_told_and_who_did_it_themselves_is_not(town: Town) -> None:
    walk = Walk(town).along(Act.REGISTER, Act.DISPATCH)
    read()
    assert ("opened", walk.number, "sign_in") in told("nt.unit.handler")
    assert [duty for _, _, duty in told("nt.desk.dispatcher")] == [], "what was dispatched before is settled"
    assert told("nt.other.handler") == []
    walk.along(Act.SIGN_IN, Act.AWAIT_REQUESTER)
    read()
    assert "await_requester" in walk.facts.duties
    assert "await_requester" not in {duty for _, _, duty in told("nt.unit.handler")}, "by their own act"
    number = len(told("nt.unit.handler"))
    read()
    assert len(told("nt.unit.handler")) == number


def test_steps_of_the_ladder_are_told_to_whom_they_name(town: Town) -> None:
    walk = Walk(town).along(*TO_HANDLING)
    due = walk.facts.duties["handle"]
    climb(town.code, due, labels=REGISTRY.duty_labels)
    read()
    assert ("falls_due", walk.number, "handle") in told("nt.unit.handler")
    assert ("falls_due", walk.number, "handle") in told("nt.unit.deputy")
    assert ("falls_due", walk.number, "handle") not in told("nt.unit.head")
    climb(town.code, due + SECOND, labels=REGISTRY.duty_labels)
    read()
    assert ("fell_due", walk.number, "handle") in told("nt.unit.handler")
    assert ("fell_due", walk.number, "handle") in told("nt.unit.head")
    (late,) = Notice.objects.filter(account="nt.unit.head", group="fell_due", duty="handle")
    assert late.due_at == due
    assert verify(town.code).findings == ()


def test_much_that_comes_together_is_told_in_one(town: Town) -> None:
    numbers = [Walk(town).along(Act.REGISTER).number for _ in range(commands.MOST + 1)]
    read()
    (one,) = Notice.objects.filter(account="nt.desk.dispatcher", group="opened")
    assert (one.times, one.subject, one.duty) == (len(numbers), "", "")


def test_the_bell_counts_and_the_list_tells_what_one_may_see(town: Town) -> None:
    walk = Walk(town).along(Act.REGISTER, Act.DISPATCH)
    read()
    handler = Official("nt.unit.handler")
    page = handler.read("/notices/")
    assert "/notices/count/" in page.html
    count = queries.unread(town.actor("unit.handler"))
    assert count > 0
    assert f"{count}条未读" in page.text
    assert f"{count}条未读" in handler.read("/notices/count/").text
    assert walk.number in page.text
    assert walk.facts.title in page.text
    assert "您任职的岗位产生了新任务" in page.text
    first = queries.listed(town.actor("unit.handler"))[0]
    assert first.group is Group.OPENED
    assert handler.client.post("/notices/read/", {"all": "1"}).status_code == 302
    assert queries.unread(town.actor("unit.handler")) == 0
    assert "未读" not in handler.read("/notices/count/").text
    walk.do(Act.RECALL, reason="派错了单位。")
    again = handler.read("/notices/")
    assert walk.facts.title not in again.text, "the case is in another's hands"
    assert walk.number in again.text


def test_nobody_reads_or_marks_those_of_another(town: Town) -> None:
    Walk(town).along(Act.REGISTER, Act.DISPATCH)
    read()
    mine = Notice.objects.filter(account="nt.unit.handler")
    other = Official("nt.other.handler")
    assert "没有通知" in other.read("/notices/").text
    answer = other.client.post("/notices/read/", {"id": [str(n.id) for n in mine]})
    assert answer.status_code == 302
    for typed in ({"id": "x"}, {"id": "9" * 30}, {}):
        assert other.client.post("/notices/read/", typed).status_code == 302
    assert not mine.filter(read_at__isnull=False).exists()
    for query in ("?before=x", "?before=" + "9" * 30, "?group=none"):
        assert Page(other.client.get("/notices/" + query)).status == 200


def test_old_notices_are_forgotten(town: Town) -> None:
    Walk(town).along(Act.REGISTER, Act.DISPATCH)
    read()
    assert commands.forget(jurisdiction=town.code, now=START + timedelta(days=80)) == 0
    assert commands.forget(jurisdiction=town.code, now=START + timedelta(days=100)) > 0
    assert Notice.objects.count() == 0


def test_the_office_is_told_what_a_leader_leaves_undecided(town: Town) -> None:
    walk = JointWalk(with_bodies(town), JointKind.WHISTLE, Walk(town))
    walk.begin(whistle_type="tough", off_list_reason="没有。").along(JointAct.CHECK_IN, JointAct.FINISH)
    walk.do(JointAct.CONCLUDE, resolved=False)
    walk.do(JointAct.RAISE_TO_KEY)
    due = Duty.objects.get(subject=walk.facts.subject, kind="district_instruction").due_at
    climb(town.code, due + SECOND, labels=REGISTRY.duty_labels)
    read()
    assert ("fell_due", walk.number, "district_instruction") in told("nt.offices.supervisor")
    (notice,) = Notice.objects.filter(account="nt.offices.supervisor", duty="district_instruction")
    assert notice.unit != "nt.offices", "it tells whose duty it is"
