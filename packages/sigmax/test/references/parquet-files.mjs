// Makes parquet-*.parquet and parquet.csv with DuckDB 1.5.6: npm install @duckdb/node-api@1.5.6-r.1, then
// node parquet-files.mjs, in this folder.
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`create table rows as select
  i::tinyint as tiny, (i * 300)::smallint as small, (i * 70000)::integer as whole, (i * 5000000000)::bigint as big,
  (200 + i)::utinyint as utiny, (4294967280 + i)::uinteger as uwhole, (18446744073709551605 + i)::ubigint as ubig,
  (i / 3)::float as single, i / 7 as double,
  (i * 1.37)::decimal(9, 2) as price, (i * -12345678.901234567)::decimal(38, 9) as wide,
  (i % 2 = 0) as flag,
  date '1969-12-27' + i::int as day, timestamp '2026-11-26 09:00:00' + interval (i) second as moment,
  timestamp_ns '1969-12-31 23:59:59.123456789' as nano,
  ['red', 'green', 'blue'][1 + i % 3] as color, case when i % 4 = 1 then null else 'ß' || (i % 2) end as word,
  case when i % 3 = 0 then null else i / 2 end as gaps,
  ['no', 'yes'][1 + i % 2]::enum('no', 'yes') as ill
  from range(10) r(i)`);
for (const codec of ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"])
  await connection.run(`copy rows to 'parquet-${codec}.parquet' (format parquet, codec '${codec}')`);
await connection.run("copy rows to 'parquet-v2.parquet' (format parquet, parquet_version v2)");
await connection.run("copy rows to 'parquet.csv' (header)");
await connection.run(`copy (select [1, 2] as list, {'a': 1} as struct, map {'x': 1} as map, time '10:00:00' as hour,
  interval 1 day as span, 1 as x, 'k' as ill) to 'parquet-nested.parquet' (format parquet)`);
