"""The API for other systems."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API for other systems."""

    name = "bihuan.api"
    label = "api"
