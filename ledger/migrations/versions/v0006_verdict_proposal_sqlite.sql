CREATE TRIGGER verdict_proposal_no_update BEFORE UPDATE ON verdict_proposal
BEGIN SELECT RAISE(ABORT, 'verdict_proposal is append-only'); END;

CREATE TRIGGER verdict_proposal_no_delete BEFORE DELETE ON verdict_proposal
BEGIN SELECT RAISE(ABORT, 'verdict_proposal is append-only'); END;

-- INSERT OR REPLACE would remove a row without firing the trigger above.
CREATE TRIGGER verdict_proposal_no_replace BEFORE INSERT ON verdict_proposal
WHEN EXISTS (SELECT 1 FROM verdict_proposal
             WHERE seq = NEW.seq OR entry_id = NEW.entry_id OR ends = NEW.ends OR verdict_id = NEW.verdict_id)
BEGIN SELECT RAISE(ABORT, 'verdict_proposal is append-only'); END;

CREATE TRIGGER verdict_proposal_two_officers BEFORE INSERT ON verdict_proposal
WHEN NEW.action = 'confirmed' AND EXISTS (SELECT 1 FROM verdict_proposal
                                          WHERE entry_id = NEW.ends AND lower(officer) = lower(NEW.officer))
BEGIN SELECT RAISE(ABORT, 'the second officer is the first'); END;
