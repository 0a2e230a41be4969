CREATE TRIGGER quarantine_decision_no_update BEFORE UPDATE ON quarantine_decision
BEGIN SELECT RAISE(ABORT, 'quarantine_decision is append-only'); END;

CREATE TRIGGER quarantine_decision_no_delete BEFORE DELETE ON quarantine_decision
BEGIN SELECT RAISE(ABORT, 'quarantine_decision is append-only'); END;

-- INSERT OR REPLACE would remove a row without firing the trigger above.
CREATE TRIGGER quarantine_decision_no_replace BEFORE INSERT ON quarantine_decision
WHEN EXISTS (
  SELECT 1 FROM quarantine_decision
  WHERE seq = NEW.seq OR decision_id = NEW.decision_id OR withdraws = NEW.withdraws)
BEGIN SELECT RAISE(ABORT, 'quarantine_decision is append-only'); END;
