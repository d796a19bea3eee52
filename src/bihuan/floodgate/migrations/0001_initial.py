from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("mark", models.BinaryField(primary_key=True, serialize=False)),
                ("left", models.FloatField()),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="bucket_at")]},
        ),
    ]
