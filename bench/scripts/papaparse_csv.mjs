/**
 * The same file through papaparse, streaming. Prints one JSON object.
 *
 * Argument "columns": its texts become numbers in growing arrays, as a caller needs them; without it they are parsed and
 * dropped, which is papaparse's own share of the work.
 */
import { createReadStream } from "node:fs";
import papaparse from "papaparse";
import { measureCsv } from "./csv_task.mjs";

const intoColumns = process.argv[3] === "columns";

await measureCsv(
  process.argv[2],
  (file) =>
    new Promise((resolve, reject) => {
      let rows = -1; // the header is none
      let columns = null;
      papaparse.parse(createReadStream(file, { highWaterMark: 1 << 20 }), {
        delimiter: ",",
        skipEmptyLines: true,
        chunk({ data }) {
          if (intoColumns)
            for (const record of data) {
              if (columns === null) columns = record.map(() => []);
              else for (let j = 0; j < record.length; j++) columns[j].push(Number(record[j]));
            }
          rows += data.length;
        },
        complete() {
          columns?.map((column) => Float64Array.from(column));
          resolve(rows);
        },
        error: reject,
      });
    }),
);
