"""Meetings."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings."""

    name = "bihuan.meetings"
    verbose_name = "工作会商会议"

    def ready(self) -> None:
        """Make the acts and papers known to the faces."""
        from bihuan.meetings import commands, papers  # noqa: F401 registering is what the import is for
