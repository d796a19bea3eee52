"""Versions expand, then contract: processes of the last release write on while this one migrates."""

from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

from tests.upgrading.release import last


def test_what_the_last_release_writes_is_still_taken() -> None:
    """Whatever came to a table that it knew may be empty or has a default in the database; nothing is gone."""
    loader = MigrationLoader(None)
    then = loader.project_state([node for node in last().migrations.items() if node in loader.disk_migrations])
    now = loader.project_state(loader.graph.leaf_nodes())
    ours = {key: model for key, model in then.models.items() if key[0] in last().migrations}
    assert ours.keys() <= now.models.keys()
    refused, gone = [], []
    for (app, name), model in ours.items():
        fields = now.models[app, name].fields
        gone += [f"{app}.{name}.{field}" for field in model.fields.keys() - fields.keys()]
        refused += [
            f"{app}.{name}.{field}"
            for field in fields.keys() - model.fields.keys()
            if not (one := fields[field]).null
            and not one.many_to_many
            and one.db_default is NOT_PROVIDED
            and not (one.primary_key and one.get_internal_type() == "BigAutoField")
        ]
    assert refused == [], "give them a db_default"
    assert gone == [], "taken away by the version after"
