"""Instructions of leaders."""

from django.apps import AppConfig


class InstructionsConfig(AppConfig):
    """Instructions of leaders."""

    name = "bihuan.instructions"
    verbose_name = "领导批示"

    def ready(self) -> None:
        """Make the acts and papers known to the faces."""
        from bihuan.instructions import commands, papers  # noqa: F401 registering is what the import is for
