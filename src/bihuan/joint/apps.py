"""Joint handling."""

from django.apps import AppConfig


class JointConfig(AppConfig):
    """Joint handling."""

    name = "bihuan.joint"
    verbose_name = "联动与吹哨"

    def ready(self) -> None:
        """Make the package's acts and papers known to the faces."""
        from bihuan.joint import commands, papers  # noqa: F401 registering is what the import is for
