"""Tables of letters that a registrar brings on a page: looked through first, then registered."""

from django.apps import AppConfig


class MailbagsConfig(AppConfig):
    """Tables of letters that a registrar brings on a page: looked through first, then registered."""

    name = "bihuan.mailbags"
    label = "mailbags"
