"""A sealed day does not grow; seals, their leaves and the counters are as final as events.

Who appends holds the jurisdiction's lock together with others, who seals holds it alone: so a seal waits for every
event of its day that is still on its way, and none can come after it.
"""

from django.db import migrations

UP = """
CREATE FUNCTION record_day_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place RECORD;
BEGIN
  FOR place IN SELECT jurisdiction, min(at) AS since FROM grown GROUP BY jurisdiction ORDER BY jurisdiction LOOP
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('record ' || place.jurisdiction, 0));
    IF EXISTS (SELECT FROM record_seal WHERE jurisdiction = place.jurisdiction
               AND day >= (place.since AT TIME ZONE 'Asia/Shanghai')::date) THEN
      RAISE EXCEPTION 'the record is sealed beyond %', place.since
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'record_day_is_open';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER day_is_open AFTER INSERT ON record_event REFERENCING NEW TABLE AS grown
  FOR EACH STATEMENT EXECUTE FUNCTION record_day_is_open();
CREATE TRIGGER seals_stay BEFORE TRUNCATE ON record_seal FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER leaves_stay BEFORE TRUNCATE ON record_sealleaf FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER counters_stay BEFORE TRUNCATE ON record_counter FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER counter_grows BEFORE UPDATE ON record_counter FOR EACH ROW
  WHEN (NEW.value < OLD.value OR NEW.name <> OLD.name OR NEW.jurisdiction <> OLD.jurisdiction)
  EXECUTE FUNCTION record_refuse();
CREATE TRIGGER chain_grows BEFORE UPDATE ON record_chain FOR EACH ROW
  WHEN (NEW.length <> OLD.length + 1 OR NEW.subject <> OLD.subject OR NEW.jurisdiction <> OLD.jurisdiction)
  EXECUTE FUNCTION record_refuse();
"""
DOWN = """
DROP TRIGGER chain_grows ON record_chain;
DROP TRIGGER counter_grows ON record_counter;
DROP TRIGGER counters_stay ON record_counter;
DROP TRIGGER leaves_stay ON record_sealleaf;
DROP TRIGGER seals_stay ON record_seal;
DROP FUNCTION record_day_is_open() CASCADE;
"""


class Migration(migrations.Migration):
    """Triggers of the seal."""

    dependencies = [("record", "0002_append_only")]
    operations = [migrations.RunSQL(UP, DOWN)]
