from django.db import migrations, models

BOUND_IS_KEPT = """
CREATE FUNCTION attachments_bound_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '已用于办理的附件不可更改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER attachments_bound BEFORE UPDATE OR DELETE ON attachments_attachment
  FOR EACH ROW WHEN (OLD.subject_number IS NOT NULL) EXECUTE FUNCTION attachments_bound_is_kept();
"""
BOUND_IS_NOT_KEPT = "DROP FUNCTION attachments_bound_is_kept() CASCADE"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("subject_kind", models.CharField(max_length=32, null=True)),
                ("subject_number", models.CharField(max_length=64, null=True)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.IntegerField()),
                ("mime", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=128)),
                ("uploaded_by", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("subject_number__isnull", False)),
                        fields=["subject_number", "subject_kind"],
                        name="attachment_subject",
                    ),
                    models.Index(
                        condition=models.Q(("subject_number__isnull", True)),
                        fields=["uploaded_at"],
                        name="attachment_unbound",
                    ),
                    models.Index(fields=["sha256"], name="attachment_sha256"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_kind__isnull", True), ("subject_number__isnull", True)),
                            models.Q(("subject_kind__isnull", False), ("subject_number__isnull", False)),
                            _connector="OR",
                        ),
                        name="attachment_subject_whole",
                    )
                ],
            },
        ),
        migrations.RunSQL(BOUND_IS_KEPT, BOUND_IS_NOT_KEPT),
    ]
