"""Compiles what the pages say in English: `tools/install` in a checkout, the build of a wheel by itself."""

import os
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[1]


def written(root: Path) -> list[Path]:
    """The catalogues that are kept in the repository."""
    return sorted(root.glob("src/bihuan/*/locale/*/LC_MESSAGES/*.po"))


def compiled(catalogue: Path) -> Path:
    """The file that Django reads for one of them."""
    return catalogue.with_suffix(".mo")


def compile_to(catalogue: Path, target: Path) -> None:
    """Compile one; whoever reads the target meanwhile finds it whole."""
    with catalogue.open("rb") as file:
        said = read_po(file, locale=catalogue.parts[-3])
    descriptor, beside = tempfile.mkstemp(dir=target.parent, suffix=".mo")
    with os.fdopen(descriptor, "wb") as file:
        write_mo(file, said)
    Path(beside).chmod(0o644)
    Path(beside).replace(target)


def compile_stale(root: Path = ROOT) -> None:
    """Compile what is missing, or older than its words."""
    for catalogue in written(root):
        made = compiled(catalogue)
        if not made.exists() or made.stat().st_mtime_ns <= catalogue.stat().st_mtime_ns:
            compile_to(catalogue, made)


class CustomBuildHook(BuildHookInterface[Any]):
    """A wheel holds the compiled catalogue, which git ignores."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the files are gathered."""
        for catalogue in written(Path(self.root)):
            compile_to(catalogue, compiled(catalogue))
            build_data["artifacts"].append(str(compiled(catalogue).relative_to(self.root)))


if __name__ == "__main__":
    compile_stale()
