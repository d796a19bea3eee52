"""Steps of the ladder, and by which one a duty is climbed. What is open keeps its next step."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0010_limits_by_category_and_unit_type"),
    ]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="ladder",
            field=models.CharField(blank=True, db_default="", default="", max_length=128),
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="duties.duty"
                    ),
                ),
                ("ladder", models.CharField(blank=True, max_length=32)),
                ("step", models.CharField(max_length=64)),
                ("occurrence", models.SmallIntegerField()),
                ("level", models.CharField(blank=True, max_length=8)),
                ("planned_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=16)),
                ("made", models.CharField(blank=True, max_length=64)),
                ("event", models.IntegerField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("again_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("outcome", "failed")), fields=["jurisdiction", "taken_at"], name="step_failed"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("duty", "step", "occurrence"), name="step_once")],
            },
        ),
    ]
