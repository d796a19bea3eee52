"""`bihuan docs`: the generated pages under docs/generated, written or compared."""

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bihuan.cli import _clauses, _engine, _norms, _stages
from bihuan.cli.main import set_up_django
from bihuan.policy.names import put
from bihuan.policy.pack import Pack
from bihuan.vetting import engine


@click.command()
@click.option("--check", is_flag=True, help="只比较，不写入；有出入即以 1 退出。")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="源码所在的文件夹。",
)
@click.option("--packs", is_flag=True, help="连同 BIHUAN_PACKS 中的规则一起生成。")
def command(check: bool, root: Path, packs: bool) -> None:
    """生成条款对照表、规范目录、事项种类和环节表（docs/generated）。"""
    folder = root / "docs" / "generated"
    pages = _pages(root, _engine.packs(more=packs))
    stale = {
        path.name
        for pattern in ("clauses.md", "norms.md", "subjects.md", "stages-*.md")
        for path in folder.glob(pattern)
    } - pages.keys()
    if check:
        sys.exit(_compare(folder, pages, stale) or _untested(root))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in stale:
        (folder / name).unlink()


def _pages(root: Path, packs: Sequence[Pack]) -> dict[str, str]:
    """File name → text of every generated page."""
    set_up_django()
    from bihuan.cli import _subjects  # what is declared is known when Django is ready

    subjects = engine.subjects()
    carriers = engine.carriers(subjects)
    pages = {f"stages-{s.table.subject}.md": _stages.page(s.table, s.duties, packs) for s in subjects}
    pages["subjects.md"] = _subjects.page()
    pages["norms.md"] = _norms.page(packs, subjects, carriers)
    pages["clauses.md"] = _clauses.page(packs, carriers, _engine.tests(root / "tests"))
    return {name: put(text) for name, text in pages.items()}


def _untested(root: Path) -> int:
    """1 if a clause is said to be carried out and no test is marked with it, where there are tests to look at."""
    if not (root / "tests").exists():
        return 0
    for clause in (bare := _clauses.untested(_engine.packs(), _engine.tests(root / "tests"))):
        click.echo(f"{clause}：称已落实，却没有以该条为标记的测试", err=True)
    return int(bool(bare))


def _compare(folder: Path, pages: dict[str, str], stale: set[str]) -> int:
    """1 if a page on disk differs from what would be written now, with the difference printed."""
    differs = False
    for name, text in pages.items():
        path = folder / name
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        if found != text:
            differs = True
            lines = (found.splitlines(keepends=True), text.splitlines(keepends=True))
            sys.stdout.writelines(difflib.unified_diff(*lines, f"{path}", f"{path}（应为）", n=0))
    for name in sorted(stale):
        differs = True
        click.echo(f"{folder / name}：已无对应的环节表")
    if differs:
        click.echo("docs/generated 与代码不一致，请运行 bihuan docs。", err=True)
    return int(differs)
