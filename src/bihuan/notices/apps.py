"""Notices for officials."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices for officials."""

    name = "bihuan.notices"
    verbose_name = "通知"

    def ready(self) -> None:
        """Make the consumer known."""
        from bihuan.notices import commands  # noqa: F401 registering is what the import is for
