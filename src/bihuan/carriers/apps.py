"""Carriers of notices."""

from django.apps import AppConfig


class CarriersConfig(AppConfig):
    """Carriers of notices."""

    name = "bihuan.carriers"
    verbose_name = "通知外发"
