"""Webhooks."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks."""

    name = "bihuan.webhooks"
    verbose_name = "事件推送"

    def ready(self) -> None:
        """Make the consumer known."""
        from bihuan.webhooks import commands  # noqa: F401 registering is what the import is for
