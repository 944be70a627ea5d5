/** CSV of numbers into typed columns, as `sigmax train` and `inspect` read it. Prints one JSON object. */
import { readTable } from "../../packages/sigmax/dist/sources/table.js";
import { measureCsv } from "./csv_task.mjs";

await measureCsv(process.argv[2], async (file) => {
  const { table, doubts } = await readTable(file);
  if (doubts.length > 0) throw new Error(doubts[0]);
  return table.rows;
});
