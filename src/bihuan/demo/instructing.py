"""What a leader instructs of themselves: units are tasked, report by their deputies, and the leader closes it."""

from bihuan.demo.timeline import Story
from bihuan.demo.walk import Walk
from bihuan.instructions import queries as instructions
from bihuan.instructions.types import InstructionAct as Act
from bihuan.instructions.types import InstructionFacts
from bihuan.kernel.actor import Actor
from bihuan.organisations.types import Post

TOPICS = (
    ("老旧小区电梯安全", "近期群众反映电梯故障的诉求较多，请逐台排查，隐患一并整改。", ("shichang", "zhujian")),
    ("学校周边交通秩序", "上下学时段拥堵的诉求重复出现，请两部门拿出疏导办法并公布。", ("gongan", "jiaoti")),
    ("供水水质诉求", "同一片区多次反映水质问题，请查清原因，限期答复群众。", ("shuili",)),
)
"""About what, what the leader wrote, and whom it tasks."""


def leader_of(walk: Walk) -> Actor | None:
    """Who leads, where the place has a leader who acts here."""
    return next((actor for (_, post), actor in walk.place.actors.items() if post == Post.LEADER), None)


def given(walk: Walk, number: int) -> Story:
    """The leader gives it, the units report within days, the office sums up, the leader closes it."""
    topic, words, units = TOPICS[number % len(TOPICS)]
    leader = leader_of(walk)
    assert leader is not None
    codes = tuple(walk.place.code_of(unit) for unit in units)
    task = "查清情况，拿出办法，办理结果书面报告。"
    walk.do(Act.GIVE, leader, text=words, purpose="general", topic=topic, not_secret=True, units=codes, task=task)
    for unit in units:
        yield walk.days(0.5, 1)
        report = "已全面排查，发现的问题整改完毕，建立每月检查制度。"
        walk.do(Act.REPORT, walk.by(unit, Post.DEPUTY), result=report, done_on=walk.now.date())
    yield walk.days(0.2, 0.5)
    walk.do(Act.REPORT_UP, _keeper(walk), report="责任单位均已按时报告，问题已经整改，群众诉求明显减少。")
    yield walk.days(0.2, 0.5)
    walk.do(Act.CLOSE, leader, outcome="同意，请持续跟踪。")


def _keeper(walk: Walk) -> Actor:
    """Whoever keeps the instruction."""
    found: InstructionFacts = instructions.facts(walk.number)
    there = {post: who for (code, post), who in walk.place.actors.items() if walk.place.code_of(code) == found.unit}
    return there.get(Post.SUPERVISOR) or there[Post.DISPATCHER]
