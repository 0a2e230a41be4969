CREATE FUNCTION verdict_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'verdict is append-only'; END $$;

CREATE TRIGGER verdict_no_change BEFORE UPDATE OR DELETE ON verdict
FOR EACH ROW EXECUTE FUNCTION verdict_append_only();

CREATE TRIGGER verdict_no_truncate BEFORE TRUNCATE ON verdict
FOR EACH STATEMENT EXECUTE FUNCTION verdict_append_only();
