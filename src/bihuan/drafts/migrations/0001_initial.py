from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("account", models.CharField(max_length=64)),
                ("form", models.CharField(max_length=160)),
                ("subject", models.CharField(blank=True, max_length=96)),
                ("version", models.IntegerField(null=True)),
                ("sealed", models.TextField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject"], name="draft_subject"),
                    models.Index(fields=["saved_at"], name="draft_saved"),
                ],
                "constraints": [models.UniqueConstraint(fields=("account", "form"), name="draft_once")],
            },
        ),
    ]
