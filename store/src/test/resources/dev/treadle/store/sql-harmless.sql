SELECT 1
FROM examples
SELECT * FROM examples
select ID from EXAMPLES where Id = 'a'
SELECT * FROM main.examples
SELECT e.id, e.digest FROM examples e WHERE e.kind IS NULL AND e.id LIKE 'a%'
SELECT task, count(*), avg(message_count) FROM examples GROUP BY ALL HAVING count(*) > 0 ORDER BY ALL DESC NULLS LAST LIMIT 5 OFFSET 0
SELECT * EXCLUDE (messages) REPLACE (upper(id) AS id) FROM examples
SELECT COLUMNS('source_.*') FROM examples
WITH c AS (SELECT id FROM examples), d AS (SELECT * FROM c) SELECT * FROM d JOIN c USING (id)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n
SELECT id, m->>'role' FROM examples, unnest(CAST(messages AS JSON[])) t(m)
SELECT id, json_extract_string(messages, '$[0].content') FROM examples
SELECT j.value FROM examples, json_each(examples.messages) j
SELECT (SELECT max(id) FROM examples), EXISTS (FROM examples), 'a' IN (SELECT id FROM examples)
SELECT id, row_number() OVER (PARTITION BY kind ORDER BY id), lag(id) OVER (ORDER BY id) FROM examples QUALIFY row_number() OVER () = 1
SELECT * FROM examples UNION ALL BY NAME SELECT * FROM examples_log
SELECT id FROM examples INTERSECT SELECT id FROM examples EXCEPT SELECT 'x'
SELECT coalesce(task, 'none'), nullif(id, 'b'), ifnull(task, 'x'), CASE WHEN id = 'a' THEN 1 ELSE 2 END FROM examples
SELECT list_transform([1, 2], x -> x + 1), [x * 2 FOR x IN [1, 2] IF x > 1], {'a': 1}.a, map {'k': 1}['k'], [1, 2, 3][1:2]
SELECT list_sum([1, 2]), list_aggregate([1, 2], 'max'), array_to_string(['a'], ',')
SELECT DATE '2026-11-20' + INTERVAL 1 DAY, date_trunc('day', source_time), extract(year FROM source_time), strftime(source_time, '%Y') FROM examples
SELECT regexp_replace(id, 'a', 'b'), id ~ 'a', id SIMILAR TO 'a', id ILIKE 'A', id NOT LIKE '%b' ESCAPE '!', id || 'x', id COLLATE NOCASE FROM examples
SELECT 1 + 2 * 3 / 4 % 5 // 2 ** 2, -1, NOT true, 1 BETWEEN 0 AND 2, 1 IS DISTINCT FROM 2, 5::VARCHAR, TRY_CAST('x' AS INTEGER), 3::DECIMAL(4, 2)
SELECT approx_quantile(message_count, 0.5), median(message_count), count(DISTINCT id), string_agg(id, ',' ORDER BY id), count(*) FILTER (WHERE true) FROM examples
SELECT count(*) FROM examples GROUP BY GROUPING SETS ((kind), ())
SELECT kind, task, count(*) FROM examples GROUP BY CUBE (kind, task)
SELECT DISTINCT ON (kind) kind, id FROM examples
SELECT * FROM examples TABLESAMPLE 10 PERCENT
SELECT * FROM examples USING SAMPLE 3
SELECT * FROM range(3), generate_series(1, 2)
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(n, s)
VALUES (1), (2)
SELECT 'it reads ''/etc/passwd'' and read_csv(x)' AS text
SELECT 1 -- FROM '/etc/passwd'
DESCRIBE examples
DESCRIBE SELECT id FROM examples
SUMMARIZE SELECT id FROM examples
SHOW TABLES
SHOW examples
SELECT * FROM examples a LEFT JOIN examples b ON a.id = b.id CROSS JOIN (SELECT 1) c
SELECT * FROM examples a, LATERAL (SELECT a.id AS other) l
SELECT now() > TIMESTAMP '2020-01-01', today(), current_date, random() < 1, uuid() IS NOT NULL, hash(id) IS NOT NULL FROM examples
SELECT #1 FROM (SELECT 1)
SELECT id FROM exchanges UNION SELECT id FROM feedback UNION SELECT id FROM comparisons UNION SELECT id FROM trajectories UNION SELECT id FROM ledger
