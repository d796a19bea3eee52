"""Whatever is sent, the answer is a success or a problem document, never a failure of ours."""

import json
from typing import Any
from urllib.parse import quote

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.api.endpoints import Endpoint
from bihuan.api.routes import ROUTER
from bihuan.cases.types import Act
from bihuan.record.commands import ACTS
from tests.api.clients import BASE, Staff
from tests.api.test_problems import NOW
from tests.towns import settle
from tests.walks import DOERS, filled

letters = st.text(st.characters(), max_size=12)
written = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
"""Letters that an address can have."""
odd = st.sampled_from(
    ["0001-01-01", "9999-12-31T23:59:59Z", "P99999999D", "1e999", "\x00", "wd.unit", "-1", "９", "a\u202eb", "handle"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | letters | odd,
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(letters, deeper, max_size=3),
    max_leaves=6,
)
plausible = st.one_of(
    letters,
    odd,
    st.integers(-2, 40),
    st.booleans(),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}+08:00"),
    st.dates().map(lambda day: day.isoformat()),
    st.lists(st.integers(-1, 2**70), max_size=3),
    values,
)
POSTS = [endpoint for endpoint in ROUTER.endpoints if endpoint.method == "POST" and not endpoint.upload]
GETS = [endpoint for endpoint in ROUTER.endpoints if endpoint.method == "GET"]


def place(endpoint: Endpoint, data: st.DataObject, number: str) -> str:
    """A path of the endpoint, now and then a real one."""
    words = [
        quote(data.draw(st.just(number) | written), safe="") if w.startswith("{") else w
        for w in endpoint.path.split("/")
    ]
    return f"{BASE}/" + "/".join(words)


def form(endpoint: Endpoint, data: st.DataObject, query: bool = False) -> dict[str, Any]:
    """Anything in any of the fields, and in some that are not there."""
    known, text = (endpoint.query, written) if query else (endpoint.body, letters)
    names = st.sampled_from(sorted(known.model_fields)) | text if known and known.model_fields else text
    return data.draw(st.dictionaries(names, text | odd if query else values, max_size=6))


def test_anything_at_all(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN)
    settle(staff.town.code, staff.town.desk, "chief", "administrator")
    clients = [staff[short] for short in ("desk.registrar", "desk.dispatcher", "unit.handler", "chief")]
    seen: set[int] = set()

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def anything(data: st.DataObject) -> None:
        client = data.draw(st.sampled_from(clients))
        endpoint = data.draw(st.sampled_from(POSTS) | st.sampled_from(GETS))
        path = place(endpoint, data, number)
        said = {"If-Match": data.draw(st.sampled_from(['"3"', "*", "x", '"99"']))} if endpoint.versioned else {}
        if endpoint.method == "GET":
            asked = form(endpoint, data, query=True) if endpoint.query else {}
            response = client.client.get(path, asked, headers=client.headers(said))
        else:
            raw = json.dumps(form(endpoint, data)).encode()
            response = client.client.post(path, raw, content_type="application/json", headers=client.headers(said))
        seen.add(response.status_code)
        assert response.status_code < 500, (path, response.content)
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"

    anything()
    assert {200, 404, 422} <= seen


def test_anything_in_one_field_of_a_form_filled_in_right(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN)
    acts = [Act.REGISTER, Act.ANSWER, Act.HANG, Act.REQUEST_EXTENSION, Act.REQUEST_RETURN, Act.RECORD_CONTACT]
    clients = {act: staff[DOERS[act]] for act in acts}
    seen: set[int] = set()

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def anything(data: st.DataObject) -> None:
        act = data.draw(st.sampled_from(acts))
        name = data.draw(st.sampled_from(sorted(ACTS[("case", act)].fields.model_fields)))
        path = "/cases" if act == Act.REGISTER else f"/cases/{number}/acts/{act}"
        with transaction.atomic():
            response = clients[act].post(path, {**filled(act, staff.town, NOW), name: data.draw(plausible)})
            transaction.set_rollback(True)
        seen.add(response.status_code)
        assert response.status_code < 500, (path, name, response.content)

    anything()
    assert {200, 201, 409, 422} <= seen
