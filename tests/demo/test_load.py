"""The training jurisdictions, loaded as `make demo` loads them but with fewer requests."""

import json
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from pytest_django import Settings

from bihuan.access.queries import bearer
from bihuan.accountability.commands import detecting
from bihuan.assessment import commands as figures
from bihuan.audit.queries import verify
from bihuan.cases.types import Stage
from bihuan.demo.commands import PASSWORD, PLANS, load
from bihuan.demo.letters import Template, invent, templates
from bihuan.demo.plans import PlacePlan
from bihuan.demo.stories import reply
from bihuan.determination.types import Stage as DeterminationStage
from bihuan.joint.types import Kind as JointKind
from bihuan.joint.types import Stage as JointStage
from bihuan.joint.types import WhistleType
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations import queries as organisations
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.text.promises import promises

NOW = datetime(2026, 9, 23, 16, 0, tzinfo=ZONE)
REQUESTS = 60


def asked(sql: str) -> list[tuple[Any, ...]]:
    """The answer of the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def every_stage_of_a_case_is_there_in_both_places(demo: dict[str, Any]) -> None:
    found = set(asked("SELECT jurisdiction, stage FROM cases_case"))
    assert found == {(plan.code, str(stage)) for plan in PLANS for stage in Stage if _has(plan, stage)}


def _has(plan: PlacePlan, stage: Stage) -> bool:
    needs = {
        Stage.ADJUDICATING: "determination.refer",
        Stage.ESCALATED: "determination.refer",
        Stage.LISTED: "listing.register",
    }
    return stage not in needs or pack(plan.pack).binds(needs[stage])


def every_stage_of_determinations_and_referrals_is_there(demo: dict[str, Any]) -> None:
    found = {stage for (stage,) in asked("SELECT stage FROM determination_determination")}
    assert found == set(map(str, DeterminationStage))
    assert {stage for (stage,) in asked("SELECT stage FROM determination_referral")} >= {"open", "sent"}


def every_stage_of_a_matter_is_there(demo: dict[str, Any]) -> None:
    found = {stage for (stage,) in asked("SELECT stage FROM matters_matter WHERE jurisdiction = 'huainan'")}
    assert found == set(map(str, MatterStage))


def every_stage_of_linkages_and_whistles_is_there(demo: dict[str, Any]) -> None:
    found = set(asked("SELECT kind, stage FROM joint_undertaking WHERE jurisdiction = 'wendeng'"))
    assert found == {(str(kind), str(stage)) for kind in JointKind for stage in JointStage}
    assert set(asked("SELECT DISTINCT whistle_type FROM joint_undertaking WHERE kind = 'whistle'")) == {
        (str(word),) for word in WhistleType
    }


def some_duties_are_overdue_and_some_were_met_late(demo: dict[str, Any]) -> None:
    overdue = asked(
        f"SELECT DISTINCT jurisdiction FROM duties_duty WHERE discharged_at IS NULL AND paused_at IS NULL"
        f" AND due_at < '{NOW.isoformat()}'"
    )
    assert {row[0] for row in overdue} == {plan.code for plan in PLANS}
    assert asked("SELECT count(*) FROM duties_duty WHERE outcome = 'late'")[0][0] > 0


def nothing_happens_in_the_future_and_the_clocks_stand_at_the_real_time(demo: dict[str, Any]) -> None:
    assert asked("SELECT max(at) FROM record_event")[0][0] <= NOW
    for place in organisations.jurisdictions():
        assert place.training
        assert not place.offset


def the_record_is_whole(demo: dict[str, Any]) -> None:
    report = verify()
    assert list(report.findings) == []
    assert report.counts["seals"] > 100


def every_account_can_sign_in_by_password_and_token(demo: dict[str, Any]) -> None:
    assert demo["address"].startswith("http://")
    assert demo["file"].stat().st_mode & 0o777 == 0o600
    for account in demo["accounts"]:
        found = bearer(account["token"], at=NOW)
        assert found is not None
        assert found.owed is None
        standing = found.standing
        assert standing.actor.scopes == {"read", "act", "disclose"}
        assert (standing.actor.account, standing.actor.name) == (account["account"], account["name"])
        assert standing.jurisdiction.code == account["jurisdiction"]
        assert {seat.unit for seat in standing.actor.seats} == {account["unit_code"]}
        assert account["password"] == PASSWORD
    hashes = asked("SELECT DISTINCT password FROM organisations_person")
    assert len(hashes) == 1
    assert check_password(PASSWORD, hashes[0][0])


def those_who_walk_a_request_through_are_told_first(demo: dict[str, Any]) -> None:
    first = [account["account"] for account in demo["accounts"][:12]]
    assert first[:3] == ["wd.xietiao.registrar", "wd.xietiao.dispatcher", "wd.zhujian.handler"]
    assert "hn.shifuban.list_director" in first


def the_responsibility_lists_are_long_enough_to_learn_from(demo: dict[str, Any]) -> None:
    for plan in PLANS:
        assert len(organisations.responsibilities(plan.code, now=NOW)) >= 40
        assert all(unit.active for unit in organisations.units(plan.code))


def nobody_is_real(demo: dict[str, Any]) -> None:
    for account in demo["accounts"]:
        assert account["name"] == account["unit"] + "".join(account["posts"])


def progress_goes_on_to_the_end(demo: dict[str, Any]) -> None:
    done = [step for step, _ in demo["steps"]]
    assert done == sorted(done)
    assert demo["steps"][-1][0] == demo["steps"][-1][1]


def supervision_has_sent_and_been_answered(demo: dict[str, Any]) -> None:
    found = set(asked("SELECT jurisdiction, kind, stage FROM supervision_directive"))
    assert found >= {
        ("wendeng", "urging", "sent"),
        ("wendeng", "urging", "replied"),
        ("wendeng", "reminder", "draft"),
        ("wendeng", "reminder", "replied"),
        ("wendeng", "reminder", "accepted"),
        ("wendeng", "ordering", "handling"),
        ("wendeng", "ordering", "released"),
        ("huainan", "urging", "replied"),
        ("huainan", "ordering", "handling"),
    }
    assert asked("SELECT count(*) FROM duties_step WHERE outcome = 'failed'") == [(0,)]


def a_leader_has_instructed(demo: dict[str, Any]) -> None:
    found = asked(
        "SELECT stage, count(*) FROM instructions_leaderinstruction WHERE topic <> '' GROUP BY stage ORDER BY stage"
    )
    assert [tuple(map(str, row)) for row in found] == [("closed", "1"), ("in_force", "1")]


def its_record_is_counted_and_looked_through(demo: dict[str, Any]) -> None:
    """Consumers of the record meet whatever the stories tell."""
    while figures.take_in():
        pass
    assert asked("SELECT count(*) FROM assessment_result")[0][0] > 20
    for plan in PLANS:
        assert figures.recount(plan.code, check=True).first is None
    looked = 0
    while more := detecting.detect():
        looked += more
    assert looked == asked("SELECT count(*) FROM record_event")[0][0]


CHECKS = (
    supervision_has_sent_and_been_answered,
    every_stage_of_a_case_is_there_in_both_places,
    every_stage_of_determinations_and_referrals_is_there,
    every_stage_of_a_matter_is_there,
    every_stage_of_linkages_and_whistles_is_there,
    some_duties_are_overdue_and_some_were_met_late,
    nothing_happens_in_the_future_and_the_clocks_stand_at_the_real_time,
    the_record_is_whole,
    every_account_can_sign_in_by_password_and_token,
    those_who_walk_a_request_through_are_told_first,
    the_responsibility_lists_are_long_enough_to_learn_from,
    nobody_is_real,
    progress_goes_on_to_the_end,
    a_leader_has_instructed,
    its_record_is_counted_and_looked_through,
)
"""One load serves them all."""


@pytest.mark.django_db(transaction=True)
def test_what_is_loaded_is_fit_for_training(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_FOLDER = tmp_path
    steps: list[tuple[int, int]] = []
    detecting.detect()  # whatever is told from now on
    load(lambda done, total: steps.append((done, total)), requests=REQUESTS, now=NOW)
    told = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    demo = {**told, "file": tmp_path / "demo.json", "steps": steps}
    for check in CHECKS:
        check(demo)


def test_the_letters_are_varied() -> None:
    assert len({template.title for template in templates()}) == len(templates()) > 50


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.title)
def test_what_is_done_is_no_promise(template: Template) -> None:
    """A story that tells of something done must not meet a reviewer who has to decide what is promised."""
    for seed in range(5):
        request = invent(template, Random(seed), roads=next(iter(PLANS)).roads, towns=("甲镇", "乙镇"))
        assert promises(reply(request, request.done)) == ()
