CREATE TRIGGER delivery_release_no_update BEFORE UPDATE ON delivery_release
BEGIN SELECT RAISE(ABORT, 'delivery_release is append-only'); END;

CREATE TRIGGER delivery_release_no_delete BEFORE DELETE ON delivery_release
BEGIN SELECT RAISE(ABORT, 'delivery_release is append-only'); END;

-- INSERT OR REPLACE would remove a row without firing the trigger above.
CREATE TRIGGER delivery_release_no_replace BEFORE INSERT ON delivery_release
WHEN EXISTS (SELECT 1 FROM delivery_release WHERE seq = NEW.seq OR delivery_id = NEW.delivery_id)
BEGIN SELECT RAISE(ABORT, 'delivery_release is append-only'); END;
