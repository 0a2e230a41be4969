-- Rows kept for thirty days after they left the register.
SELECT count(*) FROM {view} WHERE op = 'D'
