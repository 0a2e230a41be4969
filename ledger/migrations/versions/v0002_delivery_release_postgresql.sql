CREATE FUNCTION delivery_release_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'delivery_release is append-only'; END $$;

CREATE TRIGGER delivery_release_no_change BEFORE UPDATE OR DELETE ON delivery_release
FOR EACH ROW EXECUTE FUNCTION delivery_release_append_only();

CREATE TRIGGER delivery_release_no_truncate BEFORE TRUNCATE ON delivery_release
FOR EACH STATEMENT EXECUTE FUNCTION delivery_release_append_only();
