"""The citizens' side."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """群众网上诉求页面。"""

    name = "bihuan.public"
    verbose_name = "群众网上诉求"
