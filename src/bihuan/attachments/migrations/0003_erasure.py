"""A bound file stays as it is, but for its verdict, and but for its lawful erasure, which leaves a row without a name."""

from django.db import migrations

KEPT_OR_ERASED = """
CREATE OR REPLACE FUNCTION attachments_bound_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'waiting'
     AND to_jsonb(NEW) - '{state,checked_at,finding}'::text[] = to_jsonb(OLD) - '{state,checked_at,finding}'::text[] THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = 'erased'
     AND to_jsonb(NEW) - '{state,name}'::text[] = to_jsonb(OLD) - '{state,name}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '已用于办理的附件不可更改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
KEPT = """
CREATE OR REPLACE FUNCTION attachments_bound_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'waiting'
     AND to_jsonb(NEW) - '{state,checked_at,finding}'::text[] = to_jsonb(OLD) - '{state,checked_at,finding}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '已用于办理的附件不可更改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    """The trigger lets an erasure pass."""

    dependencies = [("attachments", "0002_quarantine")]
    operations = [migrations.RunSQL(KEPT_OR_ERASED, KEPT)]
