-- What a key would cost is known before it is paid: takes the keys that the population knows as crowded out of met_key. Makes crowded_key.
CREATE OR REPLACE TEMP TABLE crowded_key AS
SELECT hash, count(*) AS rows FROM met_key WHERE hash IN (SELECT hash FROM population WHERE what = 'key') GROUP BY hash;
DELETE FROM met_key WHERE hash IN (SELECT hash FROM crowded_key);
