CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict
BEGIN SELECT RAISE(ABORT, 'verdict is append-only'); END;

CREATE TRIGGER verdict_no_delete BEFORE DELETE ON verdict
BEGIN SELECT RAISE(ABORT, 'verdict is append-only'); END;

-- INSERT OR REPLACE would remove a row without firing the trigger above.
CREATE TRIGGER verdict_no_replace BEFORE INSERT ON verdict
WHEN EXISTS (SELECT 1 FROM verdict WHERE seq = NEW.seq OR verdict_id = NEW.verdict_id OR withdraws = NEW.withdraws)
BEGIN SELECT RAISE(ABORT, 'verdict is append-only'); END;
