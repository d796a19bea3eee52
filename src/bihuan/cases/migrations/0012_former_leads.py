from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_listed")]

    operations = [
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(
                condition=models.Q(("part", "former"), ("until__isnull", True)),
                fields=["since"],
                name="participation_former",
            ),
        ),
    ]
