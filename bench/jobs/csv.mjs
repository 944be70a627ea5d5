import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { kinds, makeCsv } from "../scripts/csv_task.mjs";

const names = (kind) => ({
  sigmax: `sigmax, ${kind}`,
  parsed: `papaparse, parsed and dropped, ${kind}`,
  columns: `papaparse and Number, ${kind}`,
});

/** 100 MB of numbers in 20 columns into one typed array a column, from the file system's cache. */
export const csv = {
  name: "csv",
  about: "CSV of numbers into columns: MB/s beside papaparse",
  prepare({ temporary }) {
    const all = Object.keys(kinds);
    return {
      contestants: all.flatMap((kind) => {
        const file = makeCsv(temporary, kind);
        const papaparse = [process.execPath, scriptPath("papaparse_csv.mjs"), file];
        const complaint = ({ rows }) => (rows > 100_000 ? undefined : `it read ${rows} rows`);
        const { sigmax, parsed, columns } = names(kind);
        return [
          { name: sigmax, ...sigmaxScript("sigmax_csv.mjs", file), complaint },
          { name: parsed, command: papaparse, complaint },
          { name: columns, command: [...papaparse, "columns"], complaint },
        ];
      }),
      questions: all.flatMap((kind) => {
        const rate = (name) => printed(name, ({ megabytesPerSecond }) => megabytesPerSecond);
        const { sigmax, parsed, columns } = names(kind);
        const common = { unit: "MB/s", ours: rate(sigmax), higherIsBetter: true };
        return [
          {
            ...common,
            job: `CSV of ${kind} into columns`,
            peer: rate(columns),
            required: { what: "median", atLeast: 50 },
          },
          { ...common, job: `CSV of ${kind}, the peer drops what it parses`, peer: rate(parsed) },
        ];
      }),
    };
  },
};
