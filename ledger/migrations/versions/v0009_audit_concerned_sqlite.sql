CREATE TRIGGER audit_concerned_no_update BEFORE UPDATE ON audit_concerned
BEGIN SELECT RAISE(ABORT, 'audit_concerned is append-only'); END;

CREATE TRIGGER audit_concerned_no_delete BEFORE DELETE ON audit_concerned
BEGIN SELECT RAISE(ABORT, 'audit_concerned is append-only'); END;

-- The entry is written last: whom it showed stands by then.
CREATE TRIGGER audit_concerned_no_addition BEFORE INSERT ON audit_concerned
WHEN EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'audit_concerned is append-only'); END;
