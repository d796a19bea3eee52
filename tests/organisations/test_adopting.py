"""F116: a jurisdiction takes up another version of its regulation from a day on; what began before keeps its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.cli.pack import command
from bihuan.clockwork.commands import archive_ripe
from bihuan.duties.models import Duty
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Adopt
from bihuan.organisations.types import Standing
from bihuan.policy import loader, norms
from bihuan.policy.calendar import ZONE
from bihuan.record.queries import events
from bihuan.vetting.adoption import weigh
from tests.audit.tampering import found as found_wrong
from tests.audit.tampering import tamper
from tests.towns import FOUNDER, START, Town, found, put_ahead, settle
from tests.vetting.edits import Edit, add, base, limit, off, put, without
from tests.walks import TO_CALLBACK, Walk

pytestmark = pytest.mark.django_db
ID = "somewhere-2031-1"
TODAY, TOMORROW = date(2025, 3, 3), date(2025, 3, 4)
MIDNIGHT = datetime(2025, 3, 4, tzinfo=ZONE)
OTHERWISE = (limit("sign_in", "2wd"), put("不得以任何理由推脱", "可以说明理由"))
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Versions of a regulation in a folder of their own; the first is there."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)

    def version(n: int, *edits: Edit) -> None:
        text = put("version = 1", f"version = {n}")(base("wd"))
        for edit in edits:
            text = edit(text)
        (tmp_path / f"{n}.toml").write_text(text, encoding="utf-8")
        loader.look_again()

    version(1)
    return version


@pytest.fixture
def town(write: Write) -> Town:
    """A town under the first version, with an administrator."""
    made = found("sw", f"{ID}/1", prefix="SWX")
    settle("sw", made.desk, "chief", "administrator")
    return made


def take(version: int, on: date = TOMORROW, *, actor: Actor = FOUNDER, now: datetime = START) -> None:
    """Take a version up as the faces do: weighed first."""
    fields = Adopt(pack=f"{ID}/{version}", from_on=on, basis="区政办发〔2025〕3号", approver="某区长")
    weighed = weigh(fields, Standing(actor, queries.jurisdiction("sw", now=now), now))
    commands.adopt_pack(jurisdiction="sw", fields=fields, checked=weighed.digest, actor=actor, now=now)


def owed(walk: Walk, kind: str) -> str:
    """The limit by which a duty of the case is counted."""
    return Duty.objects.get(subject=f"case:{walk.number}", kind=kind).limit


def test_what_begins_from_that_midnight_on_stands_under_the_new_version(town: Town, write: Write) -> None:
    write(2, *OTHERWISE)
    before = Walk(town).along(Act.REGISTER)
    take(2, actor=town.actor("chief"))
    last = Walk(town, MIDNIGHT - timedelta(minutes=10, seconds=1)).along(Act.REGISTER)
    after = Walk(town, MIDNIGHT - timedelta(minutes=10)).along(Act.REGISTER)
    assert [walk.facts.pack for walk in (before, last, after)] == [f"{ID}/1", f"{ID}/1", f"{ID}/2"]
    for walk in (before, after):
        walk.at(datetime(2025, 3, 4, 9, tzinfo=ZONE)).along(Act.DISPATCH)
    assert [owed(walk, DutyKind.SIGN_IN) for walk in (before, after)] == ["1wd", "2wd"]
    assert queries.pack_of("sw", now=MIDNIGHT - timedelta(seconds=1)).version == 1
    assert queries.pack_of("sw", now=MIDNIGHT).version == 2
    assert [pack.version for pack in queries.packs_of("sw", now=MIDNIGHT)] == [2, 1]
    signed_in = queries.by_account("sw.chief", at=MIDNIGHT)
    assert signed_in is not None
    assert signed_in.jurisdiction.pack == f"{ID}/2"
    told = events("jurisdiction:sw")[-1]
    assert told.sentence == f"自2025-03-04起适用规则{ID}/2（依据：区政办发〔2025〕3号，批准：某区长）"
    assert (told.facts["before"], told.facts["digest"]) == (f"{ID}/1", loader.pack(f"{ID}/2").digest)
    assert told.account == "sw.chief"
    assert verify().clean


def test_both_versions_live_side_by_side_to_their_ends(town: Town, write: Write) -> None:
    """What a job does, it does by the version of each case."""
    write(2, limit("archive", "10d"))
    old = Walk(town).along(Act.REGISTER)
    take(2)
    new = Walk(town, START + timedelta(days=1)).along(Act.REGISTER)
    old.at(new.now)
    for walk in (old, new):
        walk.along(*TO_CALLBACK[1:], Act.RECORD_CALLBACK, Act.CLOSE)
    assert archive_ripe("sw", old.now + timedelta(days=11)) == 1
    assert [(walk.facts.pack, walk.facts.stage) for walk in (old, new)] == [
        (f"{ID}/1", Stage.CLOSED),
        (f"{ID}/2", Stage.ARCHIVED),
    ]
    assert archive_ripe("sw", old.now + timedelta(days=31)) == 1
    assert verify().clean


def test_a_unit_of_a_type_that_only_the_new_version_names_takes_new_cases_alone(town: Town, write: Write) -> None:
    write(2, add('[[unit_type]]\ncode = "bureau"\nlabel = "专业局"\ncapacities = ["handling"]'))
    old, later, bureau = Walk(town).along(Act.REGISTER), START + timedelta(days=1), "sw.bureau"
    take(2)
    commands.found_unit(jurisdiction="sw", code=bureau, name="某局", type_code="bureau", actor=FOUNDER, now=later)
    for post in ("head", "deputy", "handler"):
        settle("sw", bureau, f"bureau.{post}", post, later)
    commands.activate_unit(jurisdiction="sw", code=bureau, actor=FOUNDER, now=later)
    new = Walk(town, later).along(Act.REGISTER)
    new.do(Act.DISPATCH, lead=bureau)
    old.at(new.now)
    with pytest.raises(Refused, match="没有这个承办单位"):
        old.do(Act.DISPATCH, lead=bureau)
    old.do(Act.DISPATCH)
    assert verify().clean


def test_the_training_clock_brings_the_day(town: Town, write: Write) -> None:
    """By the jurisdiction's own clock, and nobody else's."""
    write(2, *OTHERWISE)
    now = put_ahead("sw", timedelta(days=1))
    take(2, queries.today(now) + timedelta(days=3), now=now)
    assert queries.jurisdiction("sw").pack == f"{ID}/1"
    put_ahead("sw", timedelta(days=3))
    assert queries.jurisdiction("sw").pack == f"{ID}/2"
    assert {place.code: place.pack for place in queries.jurisdictions()} == {"sw": f"{ID}/2"}
    assert [row.holds(queries.today(now)) for row in queries.versions("sw")] == [True, False]


def test_what_the_new_version_leaves_off_is_there_for_what_stands_under_the_former(town: Town, write: Write) -> None:
    write(2, off("whistle.grade"))
    take(2)
    for now, version in ((START, 1), (MIDNIGHT, 2)):
        place = queries.jurisdiction("sw", now=now)
        assert (place.pack, queries.knows(place, norms.WHISTLE_GRADE)) == (f"{ID}/{version}", True)
    assert not queries.knows(replace(place, former=()), norms.WHISTLE_GRADE)


def test_what_is_planned_is_taken_back_by_the_version_that_stays(town: Town, write: Write) -> None:
    for n in (2, 3):
        write(n, *OTHERWISE)
    take(2, TOMORROW + timedelta(days=5))
    with pytest.raises(Refused, match="不能早于这一天"):
        take(3)
    take(1, TOMORROW + timedelta(days=5))
    assert queries.pack_of("sw", now=START + timedelta(days=30)).version == 1
    take(3, TOMORROW + timedelta(days=6))
    assert queries.pack_of("sw", now=START + timedelta(days=30)).version == 3
    shown = [(row.pack[-1], row.from_on == row.until_on) for row in queries.versions("sw")]
    assert shown == [("1", False), ("2", True), ("1", False), ("3", False)]
    assert verify().clean


@pytest.mark.parametrize(
    ("edit", "on", "words"),
    [
        (lambda text: text, TODAY, "最早自明天起适用"),
        (put("in_force_from = 2021-05-21", "in_force_from = 2031-05-21"), TOMORROW, "起施行，不能早于这一天"),
        (off("sign-off.by-responsible-head"), TOMORROW, "没有通过规则审查"),
        (without("channel", "code", "hotline"), TOMORROW, "渠道“12345政务服务热线”"),
        (without("post", "code", "operator"), TOMORROW, "职务“运维员”"),
    ],
    ids=("today", "not in force", "unsound", "without a channel", "without a post"),
)
def test_what_stands_against_it_is_told(town: Town, write: Write, edit: Edit, on: date, words: str) -> None:
    settle("sw", town.desk, "operator", "operator")
    write(2, edit)
    with pytest.raises(Refused) as refused:
        take(2, on)
    assert words in refused.value.refusal.reason
    assert len(queries.versions("sw")) == 1


def test_only_who_administers_the_place_takes_up_a_version(town: Town, write: Write) -> None:
    write(2, *OTHERWISE)
    with pytest.raises(Refused, match="只有⟨administrator⟩可以办理"):
        take(2, actor=town.actor("unit.head"))
    fields = Adopt(pack=f"{ID}/2", from_on=TOMORROW, basis="x", approver="某区长")
    checked = loader.pack(f"{ID}/2").digest
    stranger = Actor("wd.chief", "wd.chief", "wd", frozenset({Seat("wd.desk", "administrator")}))
    with pytest.raises(Unknown):
        commands.adopt_pack(jurisdiction="sw", fields=fields, checked=checked, actor=stranger, now=START)
    with pytest.raises(Refused, match="没有经过规则审查"):
        commands.adopt_pack(jurisdiction="sw", fields=fields, checked="", actor=FOUNDER, now=START)


@pytest.fixture
def earnest(write: Write) -> Town:
    """The same in earnest, with two administrators."""
    made = found("sw", f"{ID}/1", prefix="SWX", training=False)
    for short in ("chief", "second"):
        settle("sw", made.desk, short, "administrator")
    return made


def proposed() -> int:
    """The number of what waits."""
    row = queries.proposed_version("sw")
    assert row is not None
    return row.id


def test_in_earnest_a_version_is_proposed_by_one_and_confirmed_by_another(earnest: Town, write: Write) -> None:
    write(2, *OTHERWISE)
    chief, second = earnest.actor("chief"), earnest.actor("second")
    take(2, actor=chief)
    assert len(queries.versions("sw")) == 1
    assert Walk(earnest, MIDNIGHT).along(Act.REGISTER).facts.pack == f"{ID}/1", "nobody has confirmed it"
    with pytest.raises(Refused, match="先确认或撤回"):
        take(2, actor=second)
    with pytest.raises(Refused, match="不能自己确认"):
        commands.confirm_version(proposal=proposed(), actor=chief, now=START)
    for run in (commands.confirm_version, commands.drop_version):
        with pytest.raises(Refused, match="只有系统管理员"):
            run(proposal=proposed(), actor=earnest.actor("unit.head"), now=START)
    number = proposed()
    commands.confirm_version(proposal=number, actor=second, now=START)
    told = queries.versions("sw")[-1]
    assert (told.pack, told.by, told.confirmed_name, told.approver) == (f"{ID}/2", "sw.chief", "second", "某区长")
    assert Walk(earnest, MIDNIGHT).along(Act.REGISTER).facts.pack == f"{ID}/2"
    assert events("jurisdiction:sw")[-1].facts["proposed_by"] == "sw.chief"
    with pytest.raises(Unknown):
        commands.confirm_version(proposal=number, actor=second, now=START)
    assert verify("sw").clean


def test_what_is_confirmed_is_what_was_proposed_or_it_is_dropped(earnest: Town, write: Write) -> None:
    write(2, *OTHERWISE)
    chief, second = earnest.actor("chief"), earnest.actor("second")
    take(2, actor=chief)
    with pytest.raises(Refused, match="最早自明天起"):
        commands.confirm_version(proposal=proposed(), actor=second, now=START + timedelta(days=1))
    write(2, *OTHERWISE, limit("review", "9wd"))
    with pytest.raises(Refused, match="没有经过规则审查"):
        commands.confirm_version(proposal=proposed(), actor=second, now=START)
    stranger = Actor("wd.chief", "wd.chief", "wd", frozenset({Seat("wd.desk", "administrator")}))
    found("wd", "wendeng-2021-10", prefix="WX")
    with pytest.raises(Unknown):
        commands.drop_version(proposal=proposed(), actor=stranger, now=START)
    commands.drop_version(proposal=proposed(), actor=chief, now=START)
    assert (queries.proposed_version("sw"), len(queries.versions("sw"))) == (None, 1)
    take(2, actor=second)
    commands.drop_version(proposal=proposed(), actor=chief, now=START)
    take(2)
    assert queries.versions("sw")[-1].by == "console", "the operator needs nobody besides"
    assert verify("sw").clean


def test_an_edit_in_place_of_a_version_taken_up_is_found(town: Town, write: Write) -> None:
    """F118: and a row that says otherwise than the record."""
    write(2, *OTHERWISE)
    take(2)
    assert verify().clean
    write(2, *OTHERWISE, limit("review", "9wd"))
    assert [broken.reason for broken in found_wrong("jurisdiction:sw")] == [
        f"规则{ID}/2的内容与采用时不同；修订规则应另立版本，请恢复原文件"
    ]
    write(2, *OTHERWISE)
    tamper("organisations_packadoption", "UPDATE organisations_packadoption SET from_on = '2025-03-09'")
    assert {broken.reason for broken in found_wrong("jurisdiction:sw")} == {
        f"规则{ID}/2业务表中适用，却没有这样的记录",
        f"规则{ID}/2按记录应适用，业务表中没有",
    }


def test_the_console_tells_the_difference_and_takes_it_up(town: Town, write: Write) -> None:
    write(2, *OTHERWISE)
    on = f"{queries.today(datetime.now(ZONE)) + timedelta(days=2)}"

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, ["adopt", *words, "--basis", "区政办发〔2025〕3号", "--approver", "某区长"])
        return done.exit_code, done.output

    code, told = said("sw", f"{ID}/2", "--on", on, "--dry-run")
    assert (code, "没有采用" in told, len(queries.versions("sw"))) == (0, True, 1), told
    assert "时限 sign_in（签收）：1个工作日 → 2个工作日" in told
    code, told = said("sw", f"{ID}/2", "--on", on)
    assert (code, f"自{on}零时起适用 {ID}/2" in told) == (0, True), told
    assert (queries.versions("sw")[-1].approver, queries.versions("sw")[-1].by) == ("某区长", "console")
    for words, wrong in (
        (("nowhere", f"{ID}/2"), "没有辖区 nowhere"),
        (("sw", f"{ID}/9"), "没有规则包"),
        (("sw", ID), "格式不对"),
        (("sw", f"{ID}/2"), "这一天适用的就是"),
    ):
        code, told = said(*words, "--on", on)
        assert (code, wrong in told) == (1, True), told
