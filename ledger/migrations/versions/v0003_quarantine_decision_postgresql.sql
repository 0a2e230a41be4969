CREATE FUNCTION quarantine_decision_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'quarantine_decision is append-only'; END $$;

CREATE TRIGGER quarantine_decision_no_change BEFORE UPDATE OR DELETE ON quarantine_decision
FOR EACH ROW EXECUTE FUNCTION quarantine_decision_append_only();

CREATE TRIGGER quarantine_decision_no_truncate BEFORE TRUNCATE ON quarantine_decision
FOR EACH STATEMENT EXECUTE FUNCTION quarantine_decision_append_only();
