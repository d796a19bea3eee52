"""Units, posts, people and appointments."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Units, posts, people and appointments."""

    name = "bihuan.organisations"
    label = "organisations"
