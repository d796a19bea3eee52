"""What lives by a stage table."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class SubjectsConfig(AppConfig):
    """Stands after every package with a subject: what they declare is gathered when all of them are ready."""

    name = "bihuan.subjects"
    verbose_name = "事项种类"

    def ready(self) -> None:
        """Gather what the packages declare in their `subject`, and let nothing start that does not fit together."""
        from bihuan.duties.ladder import carried_out
        from bihuan.duties.life import let_rest
        from bihuan.subjects.registry import REGISTRY

        packages = (app.name for app in apps.get_app_configs() if app.name.startswith("bihuan."))
        rooms = [import_module(f"{name}.subject") for name in packages if find_spec(f"{name}.subject")]
        REGISTRY.seal(
            [kind for room in rooms for kind in getattr(room, "SUBJECTS", ())],
            [one for room in rooms for one in getattr(room, "CONTRIBUTIONS", ())],
        )
        carried_out()
        let_rest({k.word: [(one.life, one.resting_with) for one in REGISTRY.standing_on(k.word)] for k in REGISTRY})
