CREATE FUNCTION audit_concerned_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit_concerned is append-only'; END $$;

CREATE TRIGGER audit_concerned_no_change BEFORE UPDATE OR DELETE ON audit_concerned
FOR EACH ROW EXECUTE FUNCTION audit_concerned_append_only();

CREATE TRIGGER audit_concerned_no_truncate BEFORE TRUNCATE ON audit_concerned
FOR EACH STATEMENT EXECUTE FUNCTION audit_concerned_append_only();

-- The entry is written last: whom it showed stands by then.
CREATE FUNCTION audit_concerned_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq) THEN RAISE EXCEPTION 'audit_concerned is append-only'; END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER audit_concerned_no_addition BEFORE INSERT ON audit_concerned
FOR EACH ROW EXECUTE FUNCTION audit_concerned_stands();
