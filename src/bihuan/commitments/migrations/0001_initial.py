from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("unit", models.CharField(max_length=64)),
                ("person", models.CharField(max_length=64)),
                ("due_on", models.DateField()),
                ("first_due_on", models.DateField()),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("standing", models.CharField(max_length=16)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("result", models.TextField(blank=True)),
                ("times", models.SmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("standing", "open")),
                        fields=["jurisdiction", "due_on"],
                        name="commitment_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("standing__in", ["fulfilled", "ended"]), _negated=True),
                        fields=("subject",),
                        name="commitment_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit", ""), _negated=True), models.Q(("person", ""), _negated=True)
                        ),
                        name="commitment_of_somebody",
                    ),
                ],
            },
        ),
    ]
