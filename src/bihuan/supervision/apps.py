"""Supervision of what units owe."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Supervision of what units owe."""

    name = "bihuan.supervision"
    verbose_name = "监督督办"

    def ready(self) -> None:
        """Make the package's acts and papers known to the faces."""
        from bihuan.supervision import commands, jobs, papers  # noqa: F401 registering is what the import is for
