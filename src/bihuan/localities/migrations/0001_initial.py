from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Locality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("code", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=64)),
                ("full_name", models.CharField(max_length=1000)),
                ("ended_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["jurisdiction", "code"], name="locality_once")],
            },
        ),
    ]
