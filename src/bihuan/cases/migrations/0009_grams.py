"""What the search keeps of a case. The rows that are there are filled by a job; the words of before go with the next version."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_accused")]

    operations = [
        migrations.AddField(model_name="casetext", name="folded", field=models.TextField(default="", db_default="")),
        migrations.AddField(
            model_name="casetext",
            name="grams",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None),
        ),
        migrations.AlterField(
            model_name="casetext",
            name="words",
            field=django.contrib.postgres.search.SearchVectorField(default="", db_default=""),
        ),
        migrations.AddIndex(
            model_name="casetext",
            index=django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="case_grams"),
        ),
        migrations.AddIndex(
            model_name="casetext",
            index=models.Index(condition=models.Q(("grams__isnull", True)), fields=["case"], name="case_not_indexed"),
        ),
        migrations.RunSQL(
            "ALTER TABLE cases_casetext ALTER COLUMN grams SET STATISTICS 1000",
            "ALTER TABLE cases_casetext ALTER COLUMN grams SET STATISTICS -1",
        ),
    ]
