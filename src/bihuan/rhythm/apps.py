"""Regular work."""

from django.apps import AppConfig


class RhythmConfig(AppConfig):
    """Regular work."""

    name = "bihuan.rhythm"
    verbose_name = "定期工作"

    def ready(self) -> None:
        """Make the acts known to the faces."""
        from bihuan.rhythm import commands  # noqa: F401 registering is what the import is for
