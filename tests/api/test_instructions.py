"""Instructions of leaders over the API: called in, tasks reported, scan added, closed."""

from datetime import UTC, datetime, timedelta

from tests.api.clients import Api, Staff
from tests.api.test_attachments import send
from tests.instructions.walks import A, filled
from tests.scans import scanned
from tests.supervision.walks import with_supervisors
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


def scan_of(client: Api) -> int:
    """A page that was scanned, uploaded."""
    return int(send(client, "批示.png", scanned()).json()["id"])


def test_a_telephoned_instruction_goes_to_its_end(wendeng: Town) -> None:
    town = with_supervisors(wendeng)
    staff, now = Staff(town), datetime.now(UTC)
    case = Walk(town, now - timedelta(days=4)).along(*TO_HANDLING)
    clerk, unit, leader = staff["desk.dispatcher"], staff["unit.deputy"], staff["leaders.leader"]

    def form(act: str, **more: object) -> dict[str, object]:
        return {**filled(act, town, now, f"case:{case.number}"), **more}

    for wrong in ({"emergency": ""}, {"not_secret": False}, {"purpose": "other"}, {"about": ["x"] * 21}):
        assert clerk.post("/instructions/acts/call_in", form(A.CALL_IN, **wrong)).status_code == 422, wrong
    assert unit.post("/instructions/acts/call_in", form(A.CALL_IN)).status_code == 409
    begun = clerk.post("/instructions/acts/call_in", form(A.CALL_IN))
    assert begun.status_code == 201, begun.content.decode()
    number = begun.json()["number"]
    assert staff["other.head"].get(f"/instructions/{number}").status_code == 404

    def act(client: Api, word: str, **more: object) -> None:
        version = client.get(f"/instructions/{number}").json()["version"]
        done = client.post(f"/instructions/{number}/acts/{word}", form(word, **more), If_Match=f'"{version}"')
        assert done.status_code == 200, done.content.decode()

    act(unit, "report")
    early = clerk.post(
        f"/instructions/{number}/acts/report_up",
        form("report_up"),
        If_Match=f'"{clerk.get(f"/instructions/{number}").json()["version"]}"',
    )
    assert early.status_code == 409, "without its scan"
    act(clerk, "add_scan", scan=[scan_of(clerk)])
    act(clerk, "report_up")
    act(leader, "close")
    shown = leader.get(f"/instructions/{number}").json()
    assert (shown["stage"], shown["medium"], shown["outcome"]) == ("closed", "telephone", "已办结，同意。")
    assert [(task["unit"], task["result"]) for task in shown["tasks"]] == [(town.unit, "路灯已全部修复。")]
    assert [target["number"] for target in shown["targets"]] == [case.number]
    assert len(shown["scans"]) == 1
    (row,) = clerk.get(f"/instructions?open=false&unit={town.unit}&purpose=supervise").json()["items"]
    assert (row["number"], row["tasked"] != "") == (number, True)
