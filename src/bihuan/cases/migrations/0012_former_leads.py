from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0011_listed")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS participation_former", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="participation",
            index=models.Index(
                condition=models.Q(("part", "former"), ("until__isnull", True)),
                fields=["since"],
                name="participation_former",
            ),
        ),
    ]
