"""Folders of the installation's own."""

from pathlib import Path


def make_private(folder: Path) -> None:
    """The folder and whatever is missing above it, for the service alone: `mkdir(parents=True)` would open the upper
    ones to everybody."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
