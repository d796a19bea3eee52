"""What is open on a subject is found among the open duties alone, however many were discharged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0003_figures_by_holder"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(
                condition=models.Q(("discharged_at__isnull", True)),
                fields=["subject"],
                name="duty_open_by_subject",
            ),
        ),
    ]
