-- Takes the telephones and numbers that belong to nobody in particular out of {which}_party. Reads population.
UPDATE {which}_party SET phone = NULL WHERE md5_number_lower(phone) IN (SELECT hash FROM population WHERE what = 'phone');
UPDATE {which}_party SET number = NULL, kind = NULL, org = NULL, strong = false, was_15 = false
WHERE md5_number_lower(number) IN (SELECT hash FROM population WHERE what = 'number');
