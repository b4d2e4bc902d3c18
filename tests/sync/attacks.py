"""What somebody with a login and a SQL prompt tries: a written list, each attack with a name and the outcome it must have.

`REFUSED`: PostgreSQL raises one of the named codes. `NOTHING`: it answers (or raises one of the codes that are named, what
a server is built without, say), and nothing of another person is in the answer. Either way nothing in the database or among the roles is different afterwards; test_isolation.py proves it.
Words in braces are filled in from the firm that is attacked (firm_rows.py).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DENIED: Final = frozenset({"42501"})


class Outcome(StrEnum):
    REFUSED = "refused"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Attack:
    """`statements` are sent one after the other by somebody of each of `roles`."""

    name: str
    statements: tuple[str, ...]
    outcome: Outcome
    roles: tuple[str, ...]
    codes: frozenset[str] = DENIED


TRADER: Final = ("USER",)
STAFF: Final = ("AUDITOR", "ADMIN")
ALL: Final = ("USER", "AUDITOR", "ADMIN")

_READABLE: Final = (
    "challenges",
    "trades",
    "challenge_events",
    "payments",
    "risk_alerts",
    "audit_log",
    "import_history",
    "command_results",
    "sync_stream",
    "sync_log",
    "sync_device",
    "sync_op",
    "challenge_performance_analytics",
)
_CLOSED: Final = ("settings", "log_leaves", "checkpoints", "challenge_leaderboard")
_CLOSED_TO_ALL: Final = ("data_keys", "sessions", "sign_in_attempts", "replica_apply", "ts_private.installation")
_WRITTEN: Final = (
    "users",
    "challenges",
    "trades",
    "challenge_events",
    "payments",
    "risk_alerts",
    "audit_log",
    "import_history",
    "command_results",
    "settings",
    "sync_stream",
    "sync_log",
    "sync_device",
    "sync_op",
    "schema_version",
    "replica_apply",
    "log_leaves",
    "checkpoints",
    "data_keys",
    "sessions",
    "sign_in_attempts",
)


def _refused(name: str, *statements: str, roles: tuple[str, ...] = ALL, codes: frozenset[str] = DENIED) -> Attack:
    return Attack(name, statements, Outcome.REFUSED, roles, codes)


def _nothing(
    name: str, *statements: str, roles: tuple[str, ...] = TRADER, codes: frozenset[str] = frozenset()
) -> Attack:
    return Attack(name, statements, Outcome.NOTHING, roles, codes)


_TABLES: Final = (
    *(_nothing(f"read all of {table}", f"SELECT * FROM {table}") for table in _READABLE),
    *(_nothing(f"copy all of {table} out", f"COPY (SELECT * FROM {table}) TO STDOUT") for table in _READABLE),
    *(_refused(f"read {table}", f"SELECT * FROM {table}", roles=TRADER) for table in _CLOSED),
    *(_refused(f"read {table}", f"SELECT * FROM {table}") for table in _CLOSED_TO_ALL),
    *(_refused(f"delete from {table}", f"DELETE FROM {table}") for table in _WRITTEN),
    *(_refused(f"truncate {table}", f"TRUNCATE {table} CASCADE") for table in _WRITTEN),
    *(_refused(f"lock {table}", "BEGIN", f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE") for table in _WRITTEN),
    *(_refused(f"insert into {table}", f"INSERT INTO {table} DEFAULT VALUES RETURNING *") for table in _WRITTEN),
)

_READING: Final = (
    _nothing("read the people", "SELECT id, email, role, status, db_role, metadata FROM users"),
    _refused("read password hashes", "SELECT password_hash FROM users"),
    _refused("read whole rows of people", "SELECT * FROM users"),
    _refused("read people as JSON", "SELECT to_jsonb(users) FROM users"),
    _refused("guess a password hash in a condition", "SELECT id FROM users WHERE password_hash LIKE '$2b$%'"),
    _refused("order by the password hash", "SELECT id FROM users ORDER BY password_hash"),
    _refused("join on the password hash", "SELECT a.id FROM users a JOIN users b USING (password_hash)"),
    _refused("copy people out whole", "COPY users TO STDOUT"),
    _nothing("copy a table out by its name", "COPY challenges TO STDOUT"),
    _refused("read with row security off", "SET row_security = off", "SELECT * FROM trades", roles=TRADER),
    _nothing("read by the place on disk", "SELECT * FROM trades WHERE ctid = ANY (ARRAY['(0,1)','(0,2)','(0,3)']::tid[])"),
    _nothing("read a sample", "SELECT * FROM trades TABLESAMPLE SYSTEM (100)"),
    _nothing("read by the known id", "SELECT * FROM challenges WHERE id = '{challenge}'"),
    _nothing("read only the parent table", "SELECT * FROM ONLY challenges"),
    _nothing("join through an own row", "SELECT t.* FROM challenges c CROSS JOIN trades t"),
    _nothing("aggregate over everybody", "SELECT string_agg(symbol, ',') FROM trades"),
    _nothing("a condition that fails on a hidden row",
             "SELECT count(*) FROM challenges WHERE 1 / (CASE WHEN user_id = '{vera}' THEN 0 ELSE 1 END) = 1"),
    _nothing("a cast that tells the hidden text",
             "SELECT 1 FROM challenges WHERE CASE WHEN user_id = '{vera}' THEN challenge_type::integer END = 1"),
    _nothing("a cast of people's addresses that fails",
             "SELECT 1 FROM users WHERE CASE WHEN id <> ts_api.me() THEN email::integer END = 1"),
    _nothing("a regular expression from a hidden row",
             "SELECT 1 FROM trades WHERE CASE WHEN challenge_id = '{challenge}' THEN 'x' ~ ('(' || symbol) END"),
    _nothing("query as XML", "SELECT query_to_xml('SELECT * FROM public.trades', true, false, '')",
             codes=frozenset({"0A000"})),
    _refused("table as XML", "SELECT table_to_xml('public.users', true, false, '')", codes=frozenset({"42501", "0A000"})),
    _nothing("a prepared statement", "PREPARE spy AS SELECT * FROM challenges WHERE user_id = $1", "EXECUTE spy('{vera}')"),
    _nothing("a cursor that is held", "BEGIN", "DECLARE spy CURSOR WITH HOLD FOR SELECT * FROM trades", "COMMIT",
             "FETCH ALL FROM spy"),
    _nothing("parallel workers", "SET parallel_setup_cost = 0", "SET min_parallel_table_scan_size = 0",
             "SET parallel_tuple_cost = 0", "SELECT * FROM trades"),
    _nothing("the plan and its counts", "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM challenges WHERE challenge_type LIKE '%'"),
    _nothing("statistics of columns", "SELECT * FROM pg_stats WHERE schemaname = 'public'"),
    _nothing("statistics over columns", "SELECT * FROM pg_stats_ext"),
    _refused("raw statistics", "SELECT * FROM pg_statistic"),
    _refused("raw extended statistics", "SELECT * FROM pg_statistic_ext_data"),
    _nothing("what others are doing", "SELECT query FROM pg_stat_activity"),
    _nothing("others' prepared statements and cursors", "SELECT statement FROM pg_prepared_statements UNION SELECT statement FROM pg_cursors"),
    _refused("stored passwords", "SELECT rolpassword FROM pg_authid"),
    _refused("stored passwords through the view", "SELECT passwd FROM pg_shadow"),
    _refused("rules of sign-in", "SELECT * FROM pg_hba_file_rules"),
    _nothing("stubs of hidden people", "SELECT * FROM ts_api.hidden_people()"),
    _nothing("own challenges as a function", "SELECT ts_api.my_challenges()"),
    _refused("another's applied commands", "SELECT ts_api.applied_commands('{device}', ARRAY['{command}']::uuid[])",
             codes=frozenset({"TS403"})),
    _nothing("listen for another's channel", 'LISTEN "ts_{channel}"', "SELECT pg_notify('other', 'x')"),
)  # fmt: skip

_BECOMING: Final = (
    *(_refused(f"become {role}", f"SET ROLE {role}")
      for role in ("ts_owner", "ts_writer", "ts_registrar", "ts_superadmin", "postgres", "{vera_login}")),
    *(_refused(f"become {role} by set_config", f"SELECT set_config('role', '{role}', false)")
      for role in ("ts_owner", "ts_writer", "{vera_login}")),
    _refused("another session authorization", 'SET SESSION AUTHORIZATION "{vera_login}"'),
    _refused("another session authorization by set_config", "SELECT set_config('session_authorization', '{vera_login}', false)"),
    _nothing("a setting as identity", "SELECT set_config('app.user_id', '{vera}', false)", "SELECT * FROM challenges"),
    _nothing("application_name as identity", "SET application_name = '{vera_login}'", "SELECT * FROM challenges"),
    _refused("make oneself a superuser", 'ALTER ROLE "{login}" SUPERUSER'),
    _refused("bypass row security", 'ALTER ROLE "{login}" BYPASSRLS'),
    _refused("make oneself a maker of roles", 'ALTER ROLE "{login}" CREATEROLE'),
    _refused("more connections for oneself", 'ALTER ROLE "{login}" CONNECTION LIMIT 1000'),
    _refused("rename oneself to another", 'ALTER ROLE "{login}" RENAME TO u_somebody', codes=frozenset({"42501", "0A000"})),
    _refused("another's password", "ALTER ROLE \"{vera_login}\" PASSWORD 'x'"),
    _refused("another's settings", 'ALTER ROLE "{vera_login}" SET search_path = pg_temp'),
    _refused("remove another", 'DROP ROLE "{vera_login}"'),
    _refused("a new login", "CREATE ROLE u_intruder LOGIN SUPERUSER"),
    *(_refused(f"join {group}", f'GRANT {group} TO "{{login}}"')
      for group in ("ts_superadmin", "ts_owner", "ts_writer", "ts_registrar", "pg_read_all_data", "pg_write_all_data",
                    "pg_read_server_files", "pg_signal_backend")),
    _refused("hand the own group on", 'GRANT ts_trader, ts_auditor, ts_admin TO "{vera_login}"'),
    _refused("take another's group", 'REVOKE ts_trader FROM "{vera_login}"'),
    _refused("take over what the owner owns", "REASSIGN OWNED BY ts_owner TO CURRENT_USER"),
    _refused("drop what the owner owns", "DROP OWNED BY ts_owner CASCADE"),
    _refused("the owner's default rights", "ALTER DEFAULT PRIVILEGES FOR ROLE ts_owner GRANT ALL ON TABLES TO PUBLIC"),
    _refused("settings of the database", "ALTER DATABASE {database} SET search_path = pg_temp"),
    _refused("settings of the server", "ALTER SYSTEM SET password_encryption = 'md5'"),
    _refused("triggers off", "SET session_replication_role = replica"),
    _refused("statements out of the log", "SET log_statement = 'none'"),
    _refused("large objects without rights", "SET lo_compat_privileges = on"),
)  # fmt: skip

_MAKING: Final = (
    _refused("a table in public", "CREATE TABLE public.mine (x integer)"),
    _refused("a table in ts_api", "CREATE TABLE ts_api.mine (x integer)"),
    _refused("a schema", "CREATE SCHEMA mine"),
    _refused("a temporary table", "CREATE TEMPORARY TABLE users (id uuid)"),
    _refused("a temporary view", "CREATE TEMPORARY VIEW users AS SELECT 1 AS id"),
    _refused("a temporary table from a query", "SELECT 1 AS x INTO TEMPORARY mine"),
    _refused("a temporary function", "CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'"),
    _refused("a leaky function", "CREATE FUNCTION public.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 "
             "AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'"),
    _refused("a leaky operator", "CREATE OPERATOR public.<<< (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text)"),
    _refused("a cast", "CREATE CAST (text AS integer) WITH INOUT AS IMPLICIT",
             codes=frozenset({"42501"})),
    _refused("a type", "CREATE TYPE public.mine AS (x integer)"),
    _refused("a domain", "CREATE DOMAIN public.mine AS text"),
    _refused("an aggregate", "CREATE AGGREGATE public.mine (text) (SFUNC = textcat, STYPE = text)"),
    _refused("a view on the tables", "CREATE VIEW public.mine AS SELECT * FROM public.trades"),
    _refused("a view without the invoker", "ALTER VIEW challenge_performance_analytics SET (security_invoker = false)"),
    _refused("a trigger", "CREATE TRIGGER mine AFTER INSERT ON trades FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"),
    _refused("a rule", "CREATE RULE mine AS ON INSERT TO trades DO NOTHING"),
    _refused("an index over a function", "CREATE INDEX ON trades (upper(symbol))"),
    _refused("statistics over hidden columns", "CREATE STATISTICS public.mine ON symbol, side FROM trades"),
    _refused("a policy", "CREATE POLICY mine ON trades USING (true)"),
    _refused("a wider policy", "ALTER POLICY trader_reads ON trades USING (true)"),
    _refused("no policy", "DROP POLICY trader_reads ON trades"),
    _refused("row security off", "ALTER TABLE trades DISABLE ROW LEVEL SECURITY"),
    _refused("the immutability off", "ALTER TABLE trades DISABLE TRIGGER ALL"),
    _refused("a column", "ALTER TABLE users ADD COLUMN mine text"),
    _refused("another owner", "ALTER TABLE trades OWNER TO CURRENT_USER"),
    _refused("rights for everybody", "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC"),
    _refused("another me()", "CREATE OR REPLACE FUNCTION ts_api.me() RETURNS uuid LANGUAGE sql AS 'SELECT ''{vera}''::uuid'"),
    _refused("me() under another name", "ALTER FUNCTION ts_api.me() RENAME TO you"),
    _refused("another search_path for me()", "ALTER FUNCTION ts_api.me() SET search_path = public"),
    _refused("a block of code", "DO 'BEGIN PERFORM 1; END'"),
    _refused("dblink", "CREATE EXTENSION dblink", codes=frozenset({"42501", "0A000"})),
    _refused("postgres_fdw", "CREATE EXTENSION postgres_fdw", codes=frozenset({"42501", "0A000"})),
    _refused("pgcrypto", "CREATE EXTENSION pgcrypto", codes=frozenset({"42501", "0A000"})),
    _refused("a foreign server", "CREATE FOREIGN DATA WRAPPER mine"),
    _refused("a library", "LOAD 'auto_explain'", codes=frozenset({"42501", "58P01"})),
    _refused("a publication", "CREATE PUBLICATION mine FOR TABLE trades"),
    _refused("a subscription", "CREATE SUBSCRIPTION mine CONNECTION 'host=127.0.0.1' PUBLICATION mine WITH (connect = false)"),
    _refused("an event trigger", "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
             codes=frozenset({"42501", "42P17"})),
    _refused("a database", "CREATE DATABASE mine"),
    _refused("a comment on another's table", "COMMENT ON TABLE trades IS 'mine'"),
)  # fmt: skip

_WRITING: Final = (
    _refused("a better balance", "UPDATE challenges SET current_balance = 200000, current_equity = 200000"),
    _refused("a better balance for nobody", "UPDATE challenges SET current_balance = 1 WHERE false"),
    _refused("funded by hand", "UPDATE challenges SET status = 'FUNDED', funded_at = now(), ended_at = now()"),
    _refused("another owner of a challenge", "UPDATE challenges SET user_id = '{mallory}' WHERE id = '{challenge}'"),
    _refused("an own role", "UPDATE users SET role = 'SUPERADMIN' WHERE id = '{mallory}'"),
    _refused("another's login", "UPDATE users SET db_role = '{login}' WHERE id = '{vera}'"),
    _refused("the head of a stream", "UPDATE sync_stream SET head = 0"),
    _refused("the lock on a stream's head", "SELECT * FROM sync_stream FOR UPDATE"),
    _refused("the lock on rows of people", "SELECT id FROM users FOR KEY SHARE"),
    _refused("the lock on challenges", "SELECT id FROM challenges FOR SHARE"),
    _refused("merge into challenges", "MERGE INTO challenges c USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET version = 9"),
    _refused("insert or update", "INSERT INTO settings (name, value) VALUES ('activity', '1') ON CONFLICT (name) DO UPDATE SET value = '2'"),
    _refused("delete within a query", "WITH gone AS (DELETE FROM challenge_events RETURNING *) SELECT * FROM gone"),
    _refused("update through the view", "UPDATE challenge_performance_analytics SET status = 'FUNDED'",
             codes=frozenset({"42501", "55000"})),
    _refused("copy rows in", "COPY trades FROM STDIN"),
    _refused("copy from a file", "COPY settings FROM '/etc/passwd'"),
    _refused("copy to a file", "COPY (SELECT 1) TO '/tmp/mine'"),
    _refused("copy through a program", "COPY (SELECT 1) TO PROGRAM 'cat'"),
    _refused("refresh the leaderboard by hand", "REFRESH MATERIALIZED VIEW challenge_leaderboard"),
    _refused("another device's number", "UPDATE sync_device SET last_op_no = 99"),
    _refused("another's verdict", "UPDATE sync_op SET verdict = 'rejected'"),
    _refused("apply a replica", "UPDATE replica_apply SET active = 1"),
    _refused("rewrite tables", "CLUSTER trades USING trades_pkey"),
    _refused("rebuild indexes", "REINDEX TABLE trades"),
    _nothing("vacuum the tables", "VACUUM trades", roles=ALL),
)  # fmt: skip

_CALLING: Final = (
    *(_refused(f"call {name}", f"SELECT {call}") for name, call in (
        ("make_login", "ts_private.make_login('u_intruder', 'SUPERADMIN', 'x')"),
        ("join_group", "ts_private.join_group('{login}', 'SUPERADMIN')"),
        ("enter_person", "ts_private.enter_person('{mallory}', 'x@example.org', 'SUPERADMIN', 'x')"),
        ("change_person", "ts_private.change_person('{vera}', 'delete', NULL, 'x')"),
        ("lock_streams", "ts_private.lock_streams(ARRAY['{vera}']::uuid[])"),
        ("advance_streams", "ts_private.advance_streams(ARRAY['{vera}']::uuid[], ARRAY[1]::bigint[])"),
        ("chain_audit", "ts_api.chain_audit('{vera}', NULL, gen_random_uuid(), 'SIGNED_IN', NULL, NULL, '{{}}', now())"),
        ("the schema's own functions", "tradesense_canonical_json('{{}}')"),
        ("an advisory lock", "pg_advisory_lock(4711)"),
        ("an advisory lock of a transaction", "pg_advisory_xact_lock_shared(4711)"),
        ("a tried advisory lock", "pg_try_advisory_lock(4711)"),
        ("a large object", "lo_create(0)"),
        ("a large object from bytes", "lo_from_bytea(0, decode(repeat('00', 1000), 'hex'))"),
        ("a large object from a file", "lo_import('/etc/passwd')"),
        ("a message in the WAL", "pg_logical_emit_message(false, 'x', repeat('x', 1000))"),
        ("a snapshot that keeps dead rows", "pg_export_snapshot()"),
        ("a file of the server", "pg_read_file('/etc/passwd')"),
        ("a folder of the server", "pg_ls_dir('.')"),
        ("the server's log", "pg_ls_logdir()"),
        ("the end of another's session", "pg_terminate_backend({pid})"),
        ("the cancelling of another's statement", "pg_cancel_backend({pid})"),
        ("a new configuration", "pg_reload_conf()"),
        ("a new WAL file", "pg_switch_wal()"),
        ("another's statistics gone", "pg_stat_reset()"),
    )),
    *(_refused(f"call {name} as no administrator", f"SELECT {call}", roles=("USER", "AUDITOR")) for name, call in (
        ("register_person", "ts_api.register_person('x@example.org', 'SUPERADMIN', '{verifier}')"),
        ("govern_person", "ts_api.govern_person('{vera}', 'suspend', NULL, 'x')"),
    )),
    _refused("set a policy of the firm", "SELECT ts_api.set_policy('funding.approvals', '1')", roles=ALL),
    _refused("refresh the leaderboard", "SELECT ts_api.refresh_leaderboard()", roles=TRADER),
    *(_refused(f"{name} as an administrator", f"SELECT {call}", roles=("ADMIN",), codes=frozenset({"TS403"}))
      for name, call in (
        ("register a super-administrator", "ts_api.register_person('x@example.org', 'SUPERADMIN', '{verifier}')"),
        ("register an administrator", "ts_api.register_person('x@example.org', 'ADMIN', '{verifier}')"),
        ("give oneself a role", "ts_api.govern_person('{mallory}', 'role', 'SUPERADMIN', NULL)"),
        ("give another a role", "ts_api.govern_person('{vera}', 'role', 'ADMIN', NULL)"),
        ("delete another", "ts_api.govern_person('{vera}', 'delete', NULL, 'x')"),
        ("suspend a super-administrator", "ts_api.govern_person('{superadmin}', 'suspend', NULL, 'x')"),
        ("a super-administrator's password", "ts_api.govern_person('{superadmin}', 'password', '{verifier}', NULL)"),
    )),
    *(_refused(f"register with {name}", f"SELECT {call}", roles=("ADMIN",), codes=frozenset({code}))
      for name, call, code in (
        ("a plain password", "ts_api.register_person('x@example.org', 'USER', 'secret')", "TS400"),
        ("an MD5 hash", "ts_api.register_person('x@example.org', 'USER', 'md5' || md5('x'))", "TS400"),
        ("SQL in the verifier", "ts_api.register_person('x@example.org', 'USER', '{verifier}'' SUPERUSER --')", "TS400"),
        ("an address that is taken", "ts_api.register_person('{vera_email}', 'USER', '{verifier}')", "23505"),
        ("an address that is none", "ts_api.register_person('x; DROP TABLE users', 'USER', '{verifier}')", "TS400"),
    )),
)  # fmt: skip

_NOT_YOURS: Final = frozenset({"TS400", "TS403", "TS404", "42501"})
_DEVICES: Final = tuple(
    _refused(name, f"SELECT * FROM ts_api.{call}", roles=("USER", "AUDITOR"), codes=_NOT_YOURS)
    for name, call in (
        ("push from another's device", "push('{device}', '[]')"),
        ("push another's op again from their device",
         "push('{device}', '[{{\"op_no\":1,\"request\":\"{{}}\",\"sha256\":\"x\",\"signature\":\"00\"}}]')"),
        ("push from no device", "push('{mallory}', '[]')"),
        ("push what is no list", "push('{device}', '{{}}')"),
        ("register another's device", "register_device('{device}', repeat('0', 64))"),
        ("revoke another's device", "revoke_device('{device}')"),
        ("take the lease of another's challenge", "take_lease('{challenge}', '{device}')"),
        ("release another's lease", "release_lease('{challenge}', '{device}')"),
        ("break another's lease", "break_lease('{challenge}', 'x')"),
    )
)  # fmt: skip

ATTACKS: Final = (*_DEVICES, *_TABLES, *_READING, *_BECOMING, *_MAKING, *_WRITING, *_CALLING)
