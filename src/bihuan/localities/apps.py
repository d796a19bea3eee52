"""The places of a jurisdiction."""

from django.apps import AppConfig


class LocalitiesConfig(AppConfig):
    """The places of a jurisdiction."""

    name = "bihuan.localities"
    label = "localities"
