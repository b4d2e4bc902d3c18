-- What a replica reads: one gapless stream of (table, row) for each person, and one for what belongs to nobody.
--
-- The numbers are given under the lock of the stream's head, so whoever sees number n sees all before it. Statement
-- triggers, because a row trigger on a bulk insert is quadratic; heads are locked in the order of stream_id.
-- A person's stream has the person's id; the epoch is random, new after a restore, and names the channel that wakes.

INSERT INTO public.sync_stream (stream_id, user_id, epoch)
VALUES ('00000000-0000-0000-0000-000000000001', NULL, gen_random_uuid()) ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION ts_private.lock_streams(streams uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.sync_stream AS stream WHERE stream.stream_id = ANY (streams)
    ORDER BY stream.stream_id FOR NO KEY UPDATE;
END
$$;

-- Moves the heads by `counts` and says where each stood; wakes whoever listens (once a transaction, PostgreSQL sees to it).
CREATE OR REPLACE FUNCTION ts_private.advance_streams(streams uuid[], counts bigint[])
RETURNS TABLE (stream_id uuid, before bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM ts_private.lock_streams(streams);
    RETURN QUERY
        UPDATE public.sync_stream AS stream SET head = stream.head + wanted.number
        FROM unnest(streams, counts) AS wanted (id, number)
        WHERE stream.stream_id = wanted.id
        RETURNING stream.stream_id, stream.head - wanted.number;
    PERFORM pg_notify('ts_' || replace(stream.epoch::text, '-', ''), '')
    FROM public.sync_stream AS stream
    WHERE stream.stream_id = ANY (streams) OR stream.user_id IS NULL;
END
$$;

-- A person who is new has a stream before anything is written to it.
CREATE OR REPLACE FUNCTION ts_private.begin_streams() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.sync_stream (stream_id, user_id, epoch)
    SELECT added.id, added.id, gen_random_uuid() FROM added ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
ALTER FUNCTION ts_private.lock_streams(uuid[]) OWNER TO ts_owner;
ALTER FUNCTION ts_private.advance_streams(uuid[], bigint[]) OWNER TO ts_owner;
ALTER FUNCTION ts_private.begin_streams() OWNER TO ts_owner;
GRANT EXECUTE ON FUNCTION ts_private.lock_streams(uuid[]) TO ts_owner, ts_writer;
GRANT EXECUTE ON FUNCTION ts_private.advance_streams(uuid[], bigint[]) TO ts_owner;
CREATE OR REPLACE TRIGGER trg_users_begin_streams AFTER INSERT ON public.users
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ts_private.begin_streams();

DO $streams$
DECLARE
    of_challenge CONSTANT text :=
        'SELECT added.id, challenge.user_id, %s FROM added JOIN public.challenges AS challenge ON challenge.id = added.challenge_id';
    each record;
    verb text;
BEGIN
    FOR each IN
        SELECT * FROM (VALUES
            -- table, its number in sync_log for good, the rows written: id, owner, place within the statement
            ('users', 1, 'SELECT added.id, added.id, 0 FROM added'),
            ('challenges', 2, 'SELECT added.id, added.user_id, 0 FROM added'),
            ('trades', 3, format(of_challenge, 'added.sequence_number')),
            ('challenge_events', 4, format(of_challenge, 'added.sequence_number')),
            ('payments', 5, 'SELECT added.id, added.user_id, 0 FROM added'),
            -- An alert belongs to whom the challenge belongs, as the policy says.
            ('risk_alerts', 6, 'SELECT added.id, coalesce(challenge.user_id, added.user_id), 0 FROM added '
                'LEFT JOIN public.challenges AS challenge ON challenge.id = added.challenge_id'),
            ('audit_log', 7, 'SELECT added.id, added.actor_id, added.sequence_number FROM added'),
            ('import_history', 8, format(of_challenge, '0')),
            ('settings', 9, 'SELECT md5(''settings/'' || added.name)::uuid, NULL::uuid, 0 FROM added')
        ) AS logged (name, table_no, written)
    LOOP
        EXECUTE format(
            $function$
            CREATE OR REPLACE FUNCTION ts_private.%1$I() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
            BEGIN
                WITH written (row_id, owner, place) AS MATERIALIZED (%2$s),
                placed AS MATERIALIZED (
                    SELECT row_id, place, coalesce(owner, '00000000-0000-0000-0000-000000000001') AS stream_id FROM written
                ),
                counted AS (SELECT stream_id, count(*) AS number FROM placed GROUP BY stream_id),
                heads AS MATERIALIZED (
                    SELECT head.stream_id, head.before
                    FROM (SELECT array_agg(stream_id) AS streams, array_agg(number) AS numbers FROM counted) AS wanted,
                        ts_private.advance_streams(wanted.streams, wanted.numbers) AS head
                )
                INSERT INTO public.sync_log (stream_id, seq, table_no, row_id)
                SELECT
                    placed.stream_id,
                    heads.before + row_number() OVER (PARTITION BY placed.stream_id ORDER BY placed.place, placed.row_id),
                    %3$s, placed.row_id
                FROM placed JOIN heads ON heads.stream_id = placed.stream_id;
                RETURN NULL;
            END
            $body$
            $function$,
            'log_' || each.name, each.written, each.table_no);
        EXECUTE format('ALTER FUNCTION ts_private.%I() OWNER TO ts_owner', 'log_' || each.name);
        FOREACH verb IN ARRAY ARRAY['insert', 'update'] LOOP
            EXECUTE format(
                'CREATE OR REPLACE TRIGGER %I AFTER %s ON public.%I REFERENCING NEW TABLE AS added '
                'FOR EACH STATEMENT EXECUTE FUNCTION ts_private.%I()',
                'trg_' || each.name || '_stream_' || verb, verb, each.name, 'log_' || each.name);
        END LOOP;
    END LOOP;
END
$streams$;
