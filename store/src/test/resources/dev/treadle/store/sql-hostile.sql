## Files as tables
SELECT * FROM '/etc/passwd'
SELECT * FROM "/etc/passwd"
FROM '/etc/passwd'
FROM 'x.csv'
SELECT * FROM 'https://example.org/x.parquet'
SELECT * FROM '$LAKE/state/secret.json'
SELECT * FROM examples, '/etc/passwd'
SELECT * FROM examples JOIN '/etc/passwd' p ON true
SELECT (SELECT count(*) FROM '/etc/passwd')
SELECT * FROM examples WHERE id IN (SELECT column0 FROM 'x.csv')
SELECT * FROM examples WHERE EXISTS (FROM 'x.csv')
SELECT 1 UNION ALL SELECT * FROM 'x.csv'
SELECT * FROM (SELECT * FROM (FROM 'x.csv'))
SELECT 1 ORDER BY (SELECT max(a) FROM 'x.csv')
SELECT 1 LIMIT (SELECT max(a) FROM 'x.csv')
SELECT count(*) FILTER (WHERE (SELECT true FROM 'x.csv')) FROM examples
SELECT sum(v) OVER (ORDER BY (SELECT 1 FROM 'x.csv')) FROM examples
SELECT * FROM examples QUALIFY row_number() OVER () = (SELECT 1 FROM 'x.csv')
SELECT list_transform([1], x -> (SELECT 1 FROM 'x.csv'))
SELECT CASE WHEN true THEN (SELECT 1 FROM 'x.csv') END
WITH c AS (SELECT * FROM 'x.csv') SELECT * FROM c
WITH "x.csv" AS (SELECT * FROM "x.csv") SELECT * FROM "x.csv"
WITH "/etc/passwd" AS (SELECT 1) SELECT * FROM "/etc/passwd"
SELECT * FROM "x.csv", (WITH "x.csv" AS (SELECT 1) FROM "x.csv")
WITH c AS MATERIALIZED (SELECT * FROM 'x.csv') SELECT 1
WITH RECURSIVE c AS (SELECT 1 UNION ALL SELECT * FROM 'x.csv') FROM c
SELECT * FROM examples e, LATERAL (SELECT * FROM 'x.csv') l
SELECT * FROM (VALUES ((SELECT 1 FROM 'x.csv'))) t
VALUES ((SELECT 1 FROM 'x.csv'))
SELECT /* harmless */ * FROM/**/'x.csv'
SELECT * FROM -- examples\n'x.csv'
SELECT * FROM U&'x.csv'
SELECT * FROM examples POSITIONAL JOIN 'x.csv'
SELECT * FROM examples ASOF JOIN 'x.csv' USING (id)
SELECT * FROM examples SEMI JOIN 'x.csv' USING (id)
TABLE 'x.csv'
DESCRIBE 'x.csv'
DESCRIBE SELECT * FROM 'x.csv'
SUMMARIZE 'x.csv'
SUMMARIZE SELECT * FROM 'x.csv'
SELECT * FROM (DESCRIBE 'x.csv')
SELECT * FROM (SUMMARIZE 'x.csv')
PIVOT 'x.csv' ON a USING count(*)
UNPIVOT 'x.csv' ON COLUMNS(*) INTO NAME n VALUE v
FROM (PIVOT examples ON kind USING count(*))
SELECT * FROM (UNPIVOT 'x.csv' ON COLUMNS(*) INTO NAME n VALUE v)
## Functions that read files
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_csv_auto('/etc/passwd')
SELECT * FROM READ_CSV('/etc/passwd')
SELECT * FROM "read_csv"('/etc/passwd')
SELECT * FROM main.read_csv('/etc/passwd')
SELECT * FROM system.main.read_csv('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_blob('/etc/passwd')
SELECT * FROM read_json('/etc/passwd')
SELECT * FROM read_json_auto('/etc/passwd')
SELECT * FROM read_json_objects('/etc/passwd')
SELECT * FROM read_ndjson('/etc/passwd')
SELECT * FROM read_ndjson_objects('$LAKE/state/secret.json')
SELECT * FROM read_parquet('/etc/passwd')
SELECT * FROM parquet_scan('/etc/passwd')
SELECT * FROM parquet_metadata('/etc/passwd')
SELECT * FROM parquet_schema('/etc/passwd')
SELECT * FROM sniff_csv('/etc/passwd')
SELECT * FROM glob('/etc/*')
SELECT * FROM glob('$LAKE/state/*')
SELECT read_text('/etc/passwd')
SELECT '/etc/passwd'.read_text()
SELECT * FROM sqlite_scan('/etc/passwd', 't')
SELECT * FROM postgres_scan('host=x', 'public', 't')
SELECT * FROM iceberg_scan('/etc')
SELECT * FROM delta_scan('/etc')
SELECT * FROM seq_scan('examples')
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM range(1), read_csv('/etc/passwd')
SELECT * FROM range((SELECT max(a) FROM 'x.csv'))
SELECT * FROM unnest((SELECT list(content) FROM read_text('/etc/passwd')))
## Statements in strings
SELECT * FROM query('SELECT * FROM ''/etc/passwd''')
SELECT * FROM query_table('/etc/passwd')
SELECT * FROM query_table(['/etc/passwd'])
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
SELECT json_serialize_plan('SELECT * FROM ''x.csv''')
SELECT json_deserialize_sql(json_serialize_sql('SELECT 1'))
FROM histogram('/etc/passwd', column0)
FROM histogram_values('/etc/passwd', column0)
FROM summary((SELECT 1))
## Settings, environment, catalogs
SELECT getenv('HOME')
SELECT current_setting('temp_directory')
SELECT getvariable('x')
SELECT current_query()
SELECT nextval('s')
SELECT setseed(0.5)
SELECT write_log('x')
SELECT pg_get_viewdef(1)
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_secrets()
SELECT * FROM duckdb_views()
SELECT * FROM duckdb_functions()
SELECT * FROM pragma_table_info('examples')
SELECT * FROM pragma_version()
SELECT * FROM which_secret('x', 'y')
SELECT * FROM test_all_types()
SELECT * FROM information_schema.tables
SELECT * FROM pg_catalog.pg_tables
SELECT * FROM duckdb_tables
SELECT * FROM sqlite_master
WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master
WITH duckdb_views AS (SELECT * FROM duckdb_views) SELECT * FROM duckdb_views
WITH treadle_forgotten AS (SELECT * FROM treadle_forgotten) FROM treadle_forgotten
SELECT * FROM treadle_forgotten
SELECT * FROM other.main.examples
SELECT * FROM temp.examples
SELECT * FROM examples AT (VERSION => 1)
SHOW ALL TABLES
CALL pragma_version()
## Gigabytes of one value, which no memory limit stops
SELECT length(repeat('x', 4000000000))
SELECT length(lpad('x', 2000000000, 'y'))
SELECT length(rpad('x', 2000000000, 'y'))
SELECT length(printf('%2000000000d', 1))
SELECT length(format('{:2000000000d}', 1))
SELECT list_resize([1], 3000000000)
SELECT bitstring('1', 2000000000)
## Anything but SELECT
SELECT 1; SELECT 2
SELECT 1; DROP VIEW examples
COPY (SELECT 1) TO '$OUT'
COPY examples TO '$OUT' (FORMAT json)
COPY examples FROM '/etc/passwd'
COPY FROM DATABASE a TO b
EXPORT DATABASE '$OUT'
IMPORT DATABASE '/tmp'
ATTACH '$OUT' AS x
DETACH memory
USE memory
INSTALL httpfs
LOAD httpfs
FORCE INSTALL httpfs
PRAGMA database_list
PRAGMA version
SET threads = 1
RESET threads
SET VARIABLE x = 1
CREATE TABLE t (a INTEGER)
CREATE TABLE t AS SELECT * FROM '/etc/passwd'
CREATE VIEW w AS SELECT 1
CREATE MACRO m() AS 1
CREATE SECRET s (TYPE s3)
CREATE TYPE t AS ENUM ('a')
INSERT INTO treadle_forgotten VALUES ('a')
DELETE FROM treadle_forgotten
UPDATE treadle_forgotten SET id = 'x'
DROP VIEW examples
ALTER TABLE treadle_forgotten RENAME TO x
TRUNCATE treadle_forgotten
EXPLAIN SELECT 1
EXPLAIN ANALYZE COPY (SELECT 1) TO '$OUT'
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
CHECKPOINT
VACUUM
ANALYZE
BEGIN
COMMIT
BEGIN; COPY (SELECT 1) TO '$OUT'; COMMIT
WITH c AS (SELECT 1) INSERT INTO treadle_forgotten SELECT 'x'
WITH c AS (INSERT INTO treadle_forgotten VALUES ('x') RETURNING id) SELECT * FROM c
SELECT 1 INTO OUTFILE '$OUT'
SELECT ?
SELECT $1
