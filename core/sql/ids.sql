-- SQL twin of core.ids.keyed_id; the key is the session variable id_key.
CREATE OR REPLACE TEMP MACRO keyed_id(prefix, text) AS
    prefix || left(sha256(getvariable('id_key') || chr(31) || prefix || chr(31) || text), 24);
