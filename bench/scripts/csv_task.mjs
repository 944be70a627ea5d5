/**
 * The files of the CSV bench: 20 columns of numbers, about 100 MB, in three ways of writing numbers. Made once per run
 * of the bench, from a seeded generator, so that every contestant and every round reads the same bytes.
 */
import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import path from "node:path";

const columns = 20;
const fileBytes = 1e8;
const timesRead = 3;

/** What a field looks like, by the kind of file. `uniform` draws from [0, 1). */
export const kinds = {
  integers: (uniform) => String(Math.floor(uniform() * 256)),
  decimals: (uniform) => (uniform() * 200 - 100).toFixed(3),
  doubles: (uniform) => String(uniform() * 10), // 16 and 17 digits: every bit of the number
};

/** Numbers in [0, 1) of 53 bits, from two steps of mulberry32 each. */
function generator(seed) {
  let state = seed;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => (draw() * 2 ** 21 + (draw() >>> 11)) / 2 ** 53;
}

/** The path of a file, which is made if it is not there yet. */
export function makeCsv(folder, kind) {
  const file = path.join(folder, `${kind}.csv`);
  if (existsSync(file)) return file;
  const uniform = generator(7);
  const descriptor = openSync(file, "w");
  let bytes = writeSync(
    descriptor,
    `${Array.from({ length: columns }, (_, j) => `column ${j}`).join(",")}\n`,
  );
  while (bytes < fileBytes) {
    const lines = Array.from({ length: 1000 }, () =>
      Array.from({ length: columns }, () => kinds[kind](uniform)).join(","),
    );
    bytes += writeSync(descriptor, `${lines.join("\n")}\n`);
  }
  closeSync(descriptor);
  return file;
}

/** Reads a file several times and prints the median rate in 10⁶ bytes a second, and how many rows there were. */
export async function measureCsv(file, read) {
  const megabytes = statSync(file).size / 1e6;
  const rates = [];
  let rows = 0;
  for (let i = 0; i < timesRead; i++) {
    const begun = performance.now();
    rows = await read(file);
    rates.push((1000 * megabytes) / (performance.now() - begun));
  }
  const [median] = rates.toSorted((a, b) => a - b).slice(timesRead >> 1);
  process.stdout.write(`${JSON.stringify({ megabytesPerSecond: median, rows })}\n`);
}
