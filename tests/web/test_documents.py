"""Documents on the page of a case, by a browser without JavaScript."""

import pytest

from bihuan.cases.types import Act
from bihuan.documents import commands, queries
from tests.towns import START
from tests.web.officials import Office

pytestmark = pytest.mark.django_db


def test_an_official_draws_up_an_assignment_and_fetches_pdf_and_word(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    handler = office["unit.handler"]
    handler.send(f"/cases/{number}/", f"/cases/{number}/documents/D02/", {})
    assert "正在生成" in handler.read(f"/cases/{number}/").text
    (waiting,) = queries.of("case", number)
    commands.make(waiting.id, at=START)
    (row,) = queries.of("case", number)
    assert f"/attachments/{row.pdf}/" in handler.read(f"/cases/{number}/documents/").html
    assert f"/attachments/{row.word}/" in handler.read(f"/cases/{number}/").html
    fetched = handler.client.get(f"/attachments/{row.pdf}/")
    assert fetched.getvalue().startswith(b"%PDF-")
    office["other.handler"].read(f"/cases/{number}/documents/", 404)
    office["other.handler"].read(f"/attachments/{row.pdf}/", 404)


def test_what_is_not_on_file_is_not_offered(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH)
    page = office["unit.handler"].read(f"/cases/{number}/")
    assert f"/cases/{number}/documents/D14/" not in page.html
