"""The database itself refuses every change of the record, but for the lawful erasure of private facts."""

from django.db import migrations

UP = """
CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the record is append-only: % on % refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION record_only_erase_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.private IS NULL AND NEW.salt IS NULL
     AND (to_jsonb(NEW) - 'private' - 'salt') = (to_jsonb(OLD) - 'private' - 'salt') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the record is append-only: UPDATE on record_event refused' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_is_final BEFORE UPDATE ON record_event FOR EACH ROW EXECUTE FUNCTION record_only_erase_private();
CREATE TRIGGER event_stays BEFORE DELETE ON record_event FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER events_stay BEFORE TRUNCATE ON record_event FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER chain_stays BEFORE DELETE ON record_chain FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER chains_stay BEFORE TRUNCATE ON record_chain FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER seal_is_final BEFORE UPDATE OR DELETE ON record_seal FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER leaf_is_final BEFORE UPDATE OR DELETE ON record_sealleaf FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER counter_stays BEFORE DELETE ON record_counter FOR EACH ROW EXECUTE FUNCTION record_refuse();
"""
DOWN = "DROP FUNCTION record_only_erase_private() CASCADE; DROP FUNCTION record_refuse() CASCADE;"


class Migration(migrations.Migration):
    """Triggers of the record."""

    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunSQL(UP, DOWN)]
