"""Drafts."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Drafts."""

    name = "bihuan.drafts"
    label = "drafts"
