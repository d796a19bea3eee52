"""Every command has a face: an act, a page, an endpoint, a console or a job; or it is declared why it has none."""

from bihuan.record.commands import ACTS, COMMANDS
from tests.architecture import checks
from tests.architecture.sources import modules
from tests.architecture.test_callers import handed_on, references

FACES = {"web", "api", "cli", "public"}
JOBS = {"jobs", "clockwork"}


def asked_for() -> set[str]:
    """The dotted names to which a face or a job refers."""
    faces = (m for m in modules() if m.package in FACES or m.room == "jobs" or m.package in JOBS)
    handed, used = handed_on(), set[str]()
    for name in (name for module in faces for name in references(module)):
        while name in handed and name not in used:
            used.add(name)
            name = handed[name]
        used.add(name)
    return used


def test_every_command_has_a_face_or_is_declared_internal() -> None:
    acts = {f"{act.run.__module__}.{act.run.__qualname__}" for act in ACTS.values()}
    public = {name for name in COMMANDS if not name.rpartition(".")[2].startswith("_")}
    faceless = public - acts - asked_for()
    assert faceless == set(checks.declared()["internal"])
