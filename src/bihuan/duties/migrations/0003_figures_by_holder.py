from django.db import migrations, models


class Migration(migrations.Migration):
    """Figures of all units together; what was counted without them is counted again."""

    dependencies = [("duties", "0002_figures_and_overrides")]

    operations = [
        migrations.AddIndex(
            model_name="dutyfigure",
            index=models.Index(fields=["jurisdiction", "holder", "day"], name="figure_by_holder"),
        ),
        migrations.RunSQL("DELETE FROM duties_figurecount", migrations.RunSQL.noop),
    ]
