-- Canonical staging tables: every mapping (profiles/mapping/<source>.sql) inserts here in these words and units,
-- whatever form its agency delivers. Money is yuan, null means "not delivered". One build, one in-memory session.
-- (source, asset_key) is local to a source: land right_id, vehicle_id, housing unit_id, presale unit_id/notice_no,
-- enterprises equity_id, mining permit_no, development project_code, a bank's own account key.

-- Everybody whom a delivered record names. Grain: record x part x debtor asked about.
CREATE OR REPLACE TABLE party (
    source          VARCHAR NOT NULL,
    table_name      VARCHAR NOT NULL,   -- the delivered table that names the party
    record_id       VARCHAR NOT NULL,   -- its key columns joined by '/'; of replies the thing's own number
    part            INTEGER NOT NULL,   -- 1.. when one cell holds several people (or ids and names that do not pair)
    asset_key       VARCHAR,            -- null: the party is named without an asset (applicant, entity, person)
    role            VARCHAR NOT NULL,   -- owner|buyer|seller|shareholder|entity|account_holder|taxpayer|applicant|person
    party_type      VARCHAR,            -- person | organization | null
    name            VARCHAR,
    former_name     VARCHAR,
    id_type         VARCHAR,
    id_number       VARCHAR,            -- as delivered; the engine normalises
    birth_date      DATE,
    sex             VARCHAR,
    address         VARCHAR,
    phone           VARCHAR,
    co_ownership    VARCHAR,            -- sole|joint|by_shares|other|null = not delivered
    share           DOUBLE,             -- as delivered, 0..1
    shared_cell     BOOLEAN,            -- the cell names several owners
    only_debtor_id  VARCHAR,            -- replies: links to anybody but the debtor asked about are dropped
    match_basis     VARCHAR,            -- replies: id_and_name|id_only|name_only|unknown; name_only is capped at 'possible'
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, row_no BIGINT
);

-- What is compared of the parties in `rows` (party, or a view of it). The same thing told twice to the same question is one candidate.
CREATE OR REPLACE TEMP MACRO compared_party(rows) AS TABLE
    SELECT source, table_name, record_id, part, coalesce(only_debtor_id, '') AS asked_debtor,
           min({'party_type': party_type, 'name': name, 'former_name': former_name, 'id_type': nullif(id_type, 'asked'), 'id_number': id_number,
                'birth_date': CAST(birth_date AS VARCHAR), 'sex': sex, 'address': address, 'phone': phone}) AS who
    FROM query_table(rows)
    WHERE name IS NOT NULL OR id_number IS NOT NULL
    GROUP BY ALL;

-- A delivered cell that names an owner, or several, as it stands there: parties.sql splits it and settles the kinds into `party`.
CREATE OR REPLACE TABLE party_cell (
    source          VARCHAR NOT NULL,
    table_name      VARCHAR NOT NULL,
    record_id       VARCHAR NOT NULL,
    part_from       INTEGER,            -- parts count on from here when one record has two such cells (buyer, seller); null = 0
    asset_key       VARCHAR,
    role            VARCHAR NOT NULL,
    party_kind      VARCHAR,            -- canonical party_kind as delivered
    name            VARCHAR,
    id_type         VARCHAR,
    id_number       VARCHAR,
    id_number_15    VARCHAR,            -- stands in for an id_number that is empty or unusable
    address         VARCHAR,
    phone           VARCHAR,
    co_ownership    VARCHAR,            -- 'sole' where the register knows single owners only
    share           VARCHAR,            -- text as delivered
    only_debtor_id  VARCHAR,
    match_basis     VARCHAR,
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, row_no BIGINT
);

-- One delivered record that is (a view of) one thing of value.
CREATE OR REPLACE TABLE asset_record (
    source          VARCHAR NOT NULL,
    asset_key       VARCHAR NOT NULL,
    record_id       VARCHAR NOT NULL,
    table_name      VARCHAR NOT NULL,
    kind            VARCHAR NOT NULL,   -- asset_kind
    identifier      VARCHAR NOT NULL,   -- form of profile_database.yaml; equity: company key alone, the holder is added at linking
    alt_keys        VARCHAR[],          -- further keys of the same thing: 'cert:…', 'vin:…', 'plate:…', 'card:…' (see assets.sql)
    title           VARCHAR,
    location        VARCHAR,
    gross_value     DECIMAL(18,2),
    value_basis     VARCHAR,
    available       DECIMAL(18,2),      -- deposits only: delivered available balance, sign kept
    currency        VARCHAR,            -- ISO code, CNY when nothing says otherwise
    status          VARCHAR,            -- canonical status of the source's list
    is_current      BOOLEAN NOT NULL,
    register_basis  VARCHAR,
    type_text       VARCHAR[],          -- deposits: free texts that decide protection, in reading order (type_raw, remark, holder_name)
    handling        VARCHAR,            -- null = normal; of accounts: see account_class (protected.sql)
    precedence      INTEGER,            -- among records of one thing the lower wins (0 = by unit number, 1 = by old certificate); null = 0
    detail          JSON,
    updated_at      TIMESTAMP,
    data_as_of      TIMESTAMP,
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, row_no BIGINT
);

CREATE OR REPLACE TABLE encumbrance_record (
    source          VARCHAR NOT NULL,
    asset_key       VARCHAR NOT NULL,
    kind            VARCHAR NOT NULL,   -- mortgage|max_mortgage|pledge|other
    holder          VARCHAR,
    amount          DECIMAL(18,2),      -- null = not delivered: then net value is unknown
    rank            INTEGER,
    start_date      DATE,
    end_date        DATE,
    status          VARCHAR,            -- active|cancelled|unknown
    on_share_of     VARCHAR,            -- null = on the whole; else the party record_id whose share alone it burdens
    party_name      VARCHAR,            -- equity: whose holding in asset_key 'entity:…' is pledged (seizures.sql finds it)
    party_id        VARCHAR,
    doubtful        BOOLEAN,            -- amount looks like another unit: shown as delivered, net value unknown
    certificate     VARCHAR,            -- 'cert:…' of the mortgage itself: one told on land and building is one
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, table_name VARCHAR, row_no BIGINT
);

CREATE OR REPLACE TABLE seizure_record (
    source          VARCHAR NOT NULL,
    asset_key       VARCHAR,            -- of equity: 'entity:…' with party_name and party_id; of court_cases: the object text of the measure (resolved by seizures.sql with the two next columns)
    asset_kind      VARCHAR,            -- court_cases only: kind of the object
    only_debtor_id  VARCHAR,            -- court_cases only: the debtor of the measure
    seizure_key     VARCHAR,
    seizure_type    VARCHAR NOT NULL,
    authority       VARCHAR,
    doc_no          VARCHAR,
    case_no         VARCHAR,
    amount          DECIMAL(18,2),
    order_no        INTEGER,
    start_date      DATE,
    end_date        DATE,
    released_at     TIMESTAMP,
    published_at    TIMESTAMP,
    unconfirmed     BOOLEAN,            -- perhaps released, though no release is on record: counts as before, the source is asked
    party_name      VARCHAR,
    party_id        VARCHAR,
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, table_name VARCHAR, row_no BIGINT
);

-- Procedures in progress or finished. Its debtors are the owners of the asset, and whoever is linked to the record
-- (source, party_table, party_record_id).
CREATE OR REPLACE TABLE application_record (
    source          VARCHAR NOT NULL,
    asset_key       VARCHAR,
    record_id       VARCHAR NOT NULL,
    app_no          VARCHAR,
    app_type        VARCHAR,
    status          VARCHAR,
    accepted_at     TIMESTAMP,
    registered_at   TIMESTAMP,
    stage           VARCHAR,
    counterparty    VARCHAR,
    price           DECIMAL(18,2),
    stopped_at      TIMESTAMP,
    stop_document   VARCHAR,
    legal_basis     VARCHAR,
    party_table     VARCHAR,
    party_record_id VARCHAR,
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, table_name VARCHAR, row_no BIGINT
);

-- What a debtor owes others. Its debtor is only_debtor_id, or the owner of asset_key, or whoever is linked to (source, table_name, record_id).
CREATE OR REPLACE TABLE liability_record (
    source          VARCHAR NOT NULL,
    asset_key       VARCHAR,
    record_id       VARCHAR NOT NULL,
    kind            VARCHAR NOT NULL,   -- tax_arrears|transfer_fee_due|loan|other_case
    creditor        VARCHAR,
    amount          DECIMAL(18,2),
    arose_on        DATE,
    legal_basis     VARCHAR,
    only_debtor_id  VARCHAR,
    business_date   DATE, file VARCHAR, file_sha256 VARCHAR, table_name VARCHAR, row_no BIGINT
);
