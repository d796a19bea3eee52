"""Whom the texts of a regulation's norms name, and it does not say what they are called."""

from collections.abc import Iterator
from importlib import import_module
from types import CodeType

from bihuan.kernel.norm import CARRIED_OUT_BY
from bihuan.policy import norms
from bihuan.policy.names import mark
from bihuan.policy.pack import Name, Pack
from bihuan.policy.reading import Fault, Reading
from bihuan.vetting import engine
from bihuan.vetting.wants import Reached


def unnamed(reading: Reading, pack: Pack, all_reached: list[Reached]) -> Iterator[Fault]:
    """Whoever is called by the plain word because the file names nobody."""
    texts = sorted((norm, text) for norm, text in _texts(all_reached) if pack.binds(norm))
    for name in Name:
        given = ("name", name.value) in reading.places or pack.names[name] != name.label
        norm = next((norm for norm, text in texts if mark(name) in text), None)
        if norm and not given:
            table = "[[name]]" if name.capacity else "[[post]]"
            words = (
                f"没有写明 {name} 的名称（{table}），显示为“{name.label}”：规范 {norm}（{norms.norm(norm).title}）用到"
            )
            yield reading.fault(words, ("norm", norm))


def _texts(all_reached: list[Reached]) -> Iterator[tuple[str, str]]:
    """Norm → what rows, duties and rules of it say."""
    engine.know_rules()
    for one in all_reached:
        for move in one.moves:
            yield move.norm.name, f"{move.act.label} {move.target.label} {move.who_words}"
        for spec in one.duties:
            yield spec.norm.name, " ".join((spec.kind.label, *(bar.reason for bar in spec.bars)))
    for norm, rules in CARRIED_OUT_BY.items():
        for rule in rules:
            room, _, name = rule.rpartition(".")
            code = getattr(getattr(import_module(room), name, None), "__code__", None)
            if isinstance(code, CodeType):
                yield norm, " ".join(_written(code))


def _written(code: CodeType) -> Iterator[str]:
    """The texts in a function."""
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from _written(constant)
        elif isinstance(constant, tuple):
            yield from filter(lambda one: isinstance(one, str), constant)
