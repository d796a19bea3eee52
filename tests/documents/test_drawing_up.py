"""Documents of a case: drawn up from what is on file, made by the job, kept with their digests, seen with the case."""

import hashlib
import io
import threading
import time

import pypdf
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.attachments import queries as attachments
from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.dispatch import papers
from bihuan.documents import commands, jobs, queries
from bihuan.documents.types import State
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record import queries as record
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.django_db


WHO = {"D02": "desk.dispatcher", "D04": "unit.handler", "D05": "unit.handler", "D14": "unit.deputy"}
"""Who issues each."""


def draw(walk: Walk, code: str, who: str = "") -> int:
    actor = walk.actor(who or WHO[code])
    facts = cases.visible_facts(walk.number, actor)
    return commands.issue(subject_kind="case", code=code, facts=facts, actor=actor, now=walk.now).id


def text_of(attachment: int | None) -> str:
    assert attachment is not None
    _, file = attachments.open(attachment)
    with file:
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)


def test_an_assignment_tells_what_was_dispatched_and_is_kept_with_its_digest(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.along(Act.REGISTER, Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN)
    document = draw(walk, "D02")
    assert [row.state for row in queries.of("case", walk.number)] == [State.WAITING]
    before = record.version(f"case:{walk.number}")
    assert commands.make(document, clock=lambda _: walk.now) == State.READY
    assert record.version(f"case:{walk.number}") == before, "no open page becomes stale by a job"
    (row,) = queries.of("case", walk.number)
    assert row.state == State.READY
    assert row.pages == 1
    text = text_of(row.pdf).replace("\n", "")
    assert walk.number in text
    assert "路灯维护属市政设施管理职责" in text
    _, file = attachments.open(row.pdf or 0)
    with file:
        assert hashlib.sha256(file.read()).hexdigest() == row.sha256
    (made,) = record.events(f"document:{document}")
    assert made.facts["sha256"] == row.sha256
    assert commands.make(document, clock=lambda _: walk.now) is None, "files are made once"


def test_files_are_made_one_after_the_other_and_after_what_the_clock_asks_for(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.along(Act.REGISTER, Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN)
    document = draw(walk, "D02")
    (job,) = ProcrastinateJob.objects.filter(task_name=commands.MAKE)
    assert job.priority < 0
    another = threading.Thread(target=jobs._TURN.acquire)
    another.start()
    another.join()
    late = threading.Timer(0.3, jobs._TURN.release)
    begun = time.monotonic()
    late.start()
    jobs.make(document)
    assert time.monotonic() - begun >= 0.3
    assert [row.state for row in queries.of("case", walk.number)] == [State.READY]


def test_a_reply_gets_the_next_number_and_needs_a_signed_answer(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.along(Act.REGISTER, Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN)
    with pytest.raises(Refused, match="尚未经负责人审签"):
        draw(walk, "D14")
    assert queries.of("case", walk.number) == []
    walk.along(Act.RECORD_CONTACT, Act.ANSWER, Act.SIGN_OFF)
    draw(walk, "D14")
    assert [row.reference for row in queries.of("case", walk.number)] == [f"诉复〔{walk.now.year}〕1号"]


def test_forms_of_a_return_and_of_an_extension_tell_the_decision(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.along(Act.REGISTER, Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN)
    for code in ("D04", "D05"):
        with pytest.raises(Refused):
            draw(walk, code)
    walk.along(Act.REQUEST_RETURN)
    actor = walk.actor("desk.dispatcher")
    assert papers.return_form(walk.number, actor, walk.now).decision == ""
    walk.along(Act.REFUSE_RETURN, Act.REQUEST_EXTENSION, Act.APPROVE_EXTENSION)
    assert papers.return_form(walk.number, actor, walk.now).decision == "不同意退单"
    extension = papers.extension_form(walk.number, actor, walk.now)
    assert (extension.days, extension.decision) == (5, "同意延期")
    assert extension.new_due_at is not None


def test_who_does_not_see_the_case_draws_up_nothing(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.along(Act.REGISTER, Act.ACCEPT, Act.DISPATCH)
    facts = cases.visible_facts(walk.number, walk.actor("desk.dispatcher"))
    stranger = walk.actor("other.handler")
    with pytest.raises(Unknown):
        commands.issue(subject_kind="case", code="D02", facts=facts, actor=stranger, now=walk.now)
    assert queries.of("case", walk.number) == []


def test_files_that_could_not_be_made_are_made_when_somebody_asks_again(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.along(Act.REGISTER, Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN)
    document = draw(walk, "D02")
    said = {"subject_kind": "case", "document": document, "facts": walk.facts, "now": walk.now}
    with pytest.raises(Refused, match="没有生成失败"):
        commands.try_again(actor=walk.actor("unit.handler"), **said)
    commands.give_up(document)
    assert [row.state for row in queries.of("case", walk.number)] == [State.FAILED]
    assert commands.make(document, clock=lambda _: walk.now) is None
    with pytest.raises(Unknown):
        commands.try_again(actor=walk.actor("unit.handler"), **{**said, "document": document + 1})
    commands.try_again(actor=walk.actor("unit.handler"), **said)
    assert record.events(f"case:{walk.number}")[-1].sentence == "重新生成《群众诉求交办单》的文件"
    assert commands.make(document, clock=lambda _: walk.now) == State.READY
