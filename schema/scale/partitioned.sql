-- The partitioned form of trades and challenge_events, for PostgreSQL 14 and later (schema/scale/README.md).
--
-- Loads the schema, puts the two large tables into 16 partitions by challenge, and loads the schema once more,
-- which finds the tables and gives them their indexes, triggers and views. For a database without trades and events:
--     psql -v ON_ERROR_STOP=1 -f schema/scale/partitioned.sql DATABASE

\ir ../tradesense_schema.sql

SET client_min_messages = warning;

BEGIN;

DO $partition$
DECLARE
    part integer;
    name text;
    -- What refuses a change of the parent, so that nobody changes a partition behind its back.
    words constant jsonb := '{"trades": "Trades are immutable: a recorded trade never changes",
                              "challenge_events": "Events are immutable: the history never changes"}';
    -- Every unique key of a partitioned table holds the column it is partitioned by: the id alone cannot be one.
    keys constant jsonb := '{
        "trades": ["CONSTRAINT trades_pkey PRIMARY KEY (challenge_id, id)",
                   "CONSTRAINT trades_challenge_trade_id_key UNIQUE (challenge_id, trade_id)",
                   "CONSTRAINT idx_trades_challenge_sequence_lock UNIQUE (challenge_id, sequence_number)",
                   "CONSTRAINT trades_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id)"],
        "challenge_events": ["CONSTRAINT challenge_events_pkey PRIMARY KEY (challenge_id, id)",
                   "CONSTRAINT idx_events_challenge_sequence_lock UNIQUE (challenge_id, sequence_number)",
                   "CONSTRAINT challenge_events_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id)"]}';
    constraint_text text;
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = 'trades'::regclass) = 'p' THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM trades) OR EXISTS (SELECT FROM challenge_events) THEN
        RAISE EXCEPTION 'The partitioned form is for a database without trades and events: see schema/scale/README.md';
    END IF;
    -- With the tables go the view over them and the reference of log_leaves, which has no key to refer to here.
    DROP VIEW challenge_performance_analytics;
    ALTER TABLE log_leaves DROP CONSTRAINT log_leaves_event_id_fkey;
    -- The functions that take a row of the events are made again with the table.
    DROP FUNCTION tradesense_event_body(challenge_events);
    FOREACH name IN ARRAY ARRAY['trades', 'challenge_events'] LOOP
        EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_plain');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (challenge_id)',
            name, name || '_plain');
        EXECUTE format('DROP TABLE %I', name || '_plain');
        FOR constraint_text IN SELECT jsonb_array_elements_text(keys -> name) LOOP
            EXECUTE format('ALTER TABLE %I ADD %s', name, constraint_text);
        END LOOP;
        FOR part IN 0..15 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                name || '_part_' || part, name, part);
            EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                'FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse(%L)',
                'trg_' || name || '_immutable', name || '_part_' || part, words ->> name);
        END LOOP;
    END LOOP;
END
$partition$;

COMMIT;

\ir ../tradesense_schema.sql
