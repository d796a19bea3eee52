"""What was promised to a requester."""

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """What was promised to a requester."""

    name = "bihuan.commitments"
    verbose_name = "承诺事项"

    def ready(self) -> None:
        """Make the acts known to the faces."""
        from bihuan.commitments import commands  # noqa: F401 registering is what the import is for
