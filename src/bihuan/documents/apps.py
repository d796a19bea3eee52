"""Django's entry for the package."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """文书."""

    name = "bihuan.documents"
