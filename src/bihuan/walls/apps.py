"""What the database itself shows to whom."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class WallsConfig(AppConfig):
    """The last of our apps, so that its walls rise when every table stands."""

    name = "bihuan.walls"
    label = "walls"
    verbose_name = "行级可见范围"

    def ready(self) -> None:
        """Follow every migration."""
        from bihuan.walls.raising import raise_walls, take_walls_down

        pre_migrate.connect(take_walls_down, sender=self)
        post_migrate.connect(raise_walls, sender=self)
