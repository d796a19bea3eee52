"""Whom the texts of a regulation's norms name, and it does not say what they are called."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import getsource
from textwrap import dedent
from types import FunctionType

from bihuan.kernel.norm import CARRIED_OUT_BY, Norm
from bihuan.policy import norms
from bihuan.policy.names import mark
from bihuan.policy.pack import Name, Pack
from bihuan.policy.reading import Fault, Reading
from bihuan.vetting import engine
from bihuan.vetting.wants import Reached

OF_A_PLACE = (Name.LEADER, Name.LIST_DIRECTOR)
"""Officials who are called otherwise in every city; the plain words for the others will do."""


def unnamed(reading: Reading, pack: Pack, all_reached: list[Reached]) -> Iterator[Fault]:
    """Whoever is called by the plain word because the file names nobody."""
    texts = sorted((norm, text) for norm, text in _texts(all_reached) if pack.binds(norm))
    for name in (one for one in Name if one.capacity or one in OF_A_PLACE):
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
            function = getattr(import_module(room), name, None)
            if isinstance(function, FunctionType):
                yield norm, " ".join(text for by, text in _said(function) if by in (norm, ""))


@cache
def _said(rule: FunctionType) -> tuple[tuple[str, str], ...]:
    """The texts of a rule's refusals and needs, each with the norm by which it says so; "" where none is written."""
    called = dict[str, list[str]]()
    found = list[tuple[str, str]]()
    for node in ast.walk(ast.parse(dedent(getsource(rule)))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            called.setdefault(node.targets[0].id, []).extend(_texts_in(node.value))
    for node in ast.walk(ast.parse(dedent(getsource(rule)))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Refusal", "Need"):
            words, by = node.args[0], node.args[1] if node.args[1:] else None
            texts = called.get(words.id, []) if isinstance(words, ast.Name) else _texts_in(words)
            norm = getattr(norms, by.attr, None) if isinstance(by, ast.Attribute) else None
            found += [(norm.name if isinstance(norm, Norm) else "", text) for text in texts]
    return tuple(found)


def _texts_in(node: ast.expr) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
