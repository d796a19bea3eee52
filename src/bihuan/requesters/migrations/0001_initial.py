import django.contrib.postgres.fields
from django.db import migrations, models

SEQUENCE = "CREATE SEQUENCE requesters_block"
NO_SEQUENCE = "DROP SEQUENCE requesters_block"
LOG_IS_FINAL = """
CREATE FUNCTION requesters_look_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '查看诉求人身份的记录不可更改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER requesters_look_final BEFORE UPDATE OR DELETE ON requesters_look
  FOR EACH ROW EXECUTE FUNCTION requesters_look_is_final();
CREATE TRIGGER requesters_looks_stay BEFORE TRUNCATE ON requesters_look
  FOR EACH STATEMENT EXECUTE FUNCTION requesters_look_is_final();
"""
LOG_IS_NOT_FINAL = "DROP FUNCTION requesters_look_is_final() CASCADE"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("jurisdiction", models.CharField(max_length=32)),
                ("requester", models.BigIntegerField()),
                ("subject", models.CharField(max_length=96)),
                ("account", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=64)),
                ("unit", models.CharField(max_length=64)),
                ("post", models.CharField(max_length=32)),
                ("ground", models.CharField(max_length=16)),
                ("reason", models.TextField()),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None),
                ),
                ("ip", models.CharField(max_length=45)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "id"], name="look_subject"),
                    models.Index(fields=["jurisdiction", "at"], name="look_jurisdiction_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Requester",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("jurisdiction", models.CharField(max_length=32)),
                ("kind", models.CharField(max_length=8)),
                ("sealed", models.BinaryField(null=True)),
                ("sealed_with", models.CharField(max_length=48, null=True)),
                ("phone", models.BigIntegerField(null=True)),
                ("phone_tail8", models.BigIntegerField(null=True)),
                ("phone_tail4", models.BigIntegerField(null=True)),
                ("name", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("phone__isnull", False)), fields=["phone"], name="requester_phone"
                    ),
                    models.Index(
                        condition=models.Q(("phone_tail8__isnull", False)),
                        fields=["phone_tail8"],
                        name="requester_phone_tail8",
                    ),
                    models.Index(
                        condition=models.Q(("phone_tail4__isnull", False)),
                        fields=["phone_tail4"],
                        name="requester_phone_tail4",
                    ),
                    models.Index(condition=models.Q(("name__isnull", False)), fields=["name"], name="requester_name"),
                ],
            },
        ),
        migrations.RunSQL(SEQUENCE, NO_SEQUENCE),
        migrations.RunSQL(LOG_IS_FINAL, LOG_IS_NOT_FINAL),
    ]
