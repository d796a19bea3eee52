"""Asking the scanner of the installation, where there is one: any command in the manner of clamdscan."""

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PATIENCE = 120.0


class NoVerdict(Exception):
    """The scanner did not answer, or could not tell; the file stays where it is and is asked about again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner found; nothing where the file is clean."""

    finding: str

    @property
    def clean(self) -> bool:
        """Whether the file may be released."""
        return not self.finding


def wanted() -> bool:
    """Whether this installation has a scanner."""
    return bool(settings.ATTACHMENT_SCANNER)


def ask(path: Path) -> Verdict:
    """Ask about a file: exit code 0 is clean, 1 suspicious; anything else raises NoVerdict."""
    try:
        said = subprocess.run(  # noqa: S603  the operator names the command; the path is ours
            [*shlex.split(settings.ATTACHMENT_SCANNER), str(path)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise NoVerdict(type(error).__name__) from error
    if said.returncode == 0:
        return Verdict("")
    if said.returncode == 1:
        return Verdict(_first_line(said.stdout, path) or "可疑")
    raise NoVerdict(f"exit {said.returncode}")


def _first_line(text: str, path: Path) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return line.replace(f"{path}:", "").replace(str(path), "").replace("\x00", "").strip()[:200]
