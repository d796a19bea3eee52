"""The operators' page: figures about the installation, nobody's data, and failed jobs done again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app
from pytest_django import Settings

from bihuan.cases.types import Act
from bihuan.cli.verify import command as verify
from bihuan.clockwork import commands, queries
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.queries import events
from tests.towns import settle
from tests.web.officials import Office, Official

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def operator(office: Office, settings: Settings, tmp_path: Path) -> Official:
    """The operator of the town at a browser."""
    settings.DATA_FOLDER = tmp_path
    settle("wd", office.town.desk, "operator", "operator", office.began)
    return office["operator"]


def failed_job() -> int:
    """A job that a worker took and that failed."""
    job = app.configure_task("clockwork.seal").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 1 WHERE id = %s", [job])
    return int(job)


def test_the_page_tells_how_the_installation_is_doing(office: Office, operator: Official) -> None:
    office.register()
    page = operator.read("/operations/")
    for words in ("版本", "数据库迁移", "齐全", "逐日封存", "cases_case", "没有记录"):
        assert words in page.text, words
    assert len(page.ids) == len(set(page.ids))


def test_the_last_verification_is_told(operator: Official) -> None:
    assert CliRunner().invoke(verify, []).exit_code == 0
    assert "全部相符" in operator.read("/operations/").text


def test_an_operator_sees_no_case_and_nobody_else_sees_the_page(office: Office, operator: Official) -> None:
    number = office.walk(Act.ACCEPT)
    operator.read(f"/cases/{number}/", 404)
    assert number not in operator.read("/cases/").html
    office["desk.registrar"].read("/operations/", 409)
    answer = office["desk.registrar"].client.post("/operations/jobs/1/retry/")
    assert answer.status_code == 409


def test_a_failed_job_is_done_again_and_that_is_recorded(office: Office, operator: Official) -> None:
    job = failed_job()
    page = operator.read("/operations/")
    assert "逐日封存" in page.text
    after = operator.send(page, f"/operations/jobs/{job}/retry/", {})
    assert "将重新执行" in after.text
    assert [j.id for j in queries.operations().failed] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        assert cursor.fetchone() == ("todo",)
    assert events("jurisdiction:wd")[-1].kind == "clockwork.job-retried"
    actor = office.town.actor("operator", office.began)
    with pytest.raises(Unknown):
        commands.retry_job(id=job, actor=actor, now=office.began, at=NOW)
    with pytest.raises(Refused, match="只有运维员"):
        commands.retry_job(id=job, actor=office.town.actor("desk.registrar"), now=office.began, at=NOW)


def test_the_page_asks_few_statements_however_many_jobs_there_are(operator: Official) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            operator.read("/operations/")
        return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)

    before = statements()
    for _ in range(5):
        failed_job()
    assert statements() == before <= 12
