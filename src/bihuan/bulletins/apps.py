"""Bulletins."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Bulletins."""

    name = "bihuan.bulletins"
    verbose_name = "办理情况通报"

    def ready(self) -> None:
        """Make the acts and papers known to the faces, and meetings know who draws up their agenda."""
        from bihuan.bulletins import commands, papers, reckoning  # noqa: F401 registering is what the import is for
        from bihuan.meetings.commands import draws_agenda

        draws_agenda(reckoning.agenda)
