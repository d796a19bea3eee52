"""Whoever leads a case may open what was joined to it: so too what was joined before this version."""

from django.db import migrations

_SHOW = """
INSERT INTO cases_participation (case_id, unit, part, since, basis_kind, basis, departure)
SELECT child.id, parent.lead, 'main', child.closed_at, '', '', ''
FROM cases_case child JOIN cases_case parent ON parent.number = child.parent_id
WHERE child.stage = 'merged' AND parent.lead IS NOT NULL
  AND NOT (child.secret AND parent.lead = ANY (child.accused))"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_grams")]
    operations = [migrations.RunSQL(_SHOW, "DELETE FROM cases_participation WHERE part = 'main'")]
