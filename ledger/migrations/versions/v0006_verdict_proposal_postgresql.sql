CREATE FUNCTION verdict_proposal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'verdict_proposal is append-only'; END $$;

CREATE TRIGGER verdict_proposal_no_change BEFORE UPDATE OR DELETE ON verdict_proposal
FOR EACH ROW EXECUTE FUNCTION verdict_proposal_append_only();

CREATE TRIGGER verdict_proposal_no_truncate BEFORE TRUNCATE ON verdict_proposal
FOR EACH STATEMENT EXECUTE FUNCTION verdict_proposal_append_only();

CREATE FUNCTION verdict_proposal_two_officers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM verdict_proposal WHERE entry_id = NEW.ends AND lower(officer) = lower(NEW.officer)) THEN
    RAISE EXCEPTION 'the second officer is the first';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER verdict_proposal_second BEFORE INSERT ON verdict_proposal
FOR EACH ROW WHEN (NEW.action = 'confirmed') EXECUTE FUNCTION verdict_proposal_two_officers();
