"""What came since the last release has its default in the database, so that processes of the release write on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_columns_agreed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="columnplan",
            name="agreed",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
