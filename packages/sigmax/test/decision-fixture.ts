import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sigmax, temporaryFolder } from "./run.ts";

/** Numbers in [0, 1) that are the same in every run. */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const header = "id,x1,x2,color,site,visit price,y";

/** Rows of three classes that overlap, with gaps, a column of groups and one of prices. */
export function visits(rows: number, seed = 1): string[][] {
  const chance = createChance(seed);
  return Array.from({ length: rows }, (_, i) => {
    const k = Math.floor(3 * chance());
    const noise = chance() + chance() + chance() + chance() - 2;
    return [
      String(i).padStart(4, "0"),
      chance() < 0.05 ? "" : (2 * k + 2.5 * noise).toFixed(3),
      chance().toFixed(3),
      chance() < 0.2 ? "" : chance() < 0.5 ? "red" : "blue",
      chance() < 0.5 ? "north" : "south",
      (0.1 + 3 * chance()).toFixed(2),
      "abc"[k],
    ];
  });
}

export function csv(rows: readonly (readonly string[])[], names = header): string {
  return `${names}\n${rows.map((row) => row.join(",")).join("\n")}\n`;
}

/** Another model's probabilities, twice too sure. */
export function scores(rows: number): string {
  const chance = createChance(7);
  const lines = Array.from({ length: rows }, (_, i) => {
    const z = 6 * chance() - 3;
    const p = 1 / (1 + Math.exp(-2 * z));
    return `${i},${(2 * z).toFixed(6)},${(-2 * z).toFixed(6)},${p.toFixed(8)},${(1 - p).toFixed(8)},${"ABC"[i % 3]},${chance() < 1 / (1 + Math.exp(-z)) ? "yes" : "no"}`;
  });
  return `id,z1,z0,p1,p0,site,died\n${lines.join("\n")}\n`;
}

export const costs = {
  treat: { benign: 1, malignant: 0 },
  wait: { benign: 0, malignant: 50 },
  refer: 2,
};

/** A folder with files, models and policies that the tests read, and no test writes to. */
export async function openShelf(): Promise<string> {
  const folder = await temporaryFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("visits.csv", csv(visits(1200)));
  write("scores.csv", scores(1200));
  write("policy.json", JSON.stringify({ costs }));
  write("risk.json", JSON.stringify({ targetRisk: 0.05 }));
  write(
    "visits.json",
    JSON.stringify({
      costs: { A: { a: 0, b: 5, c: 9 }, B: { a: 3, b: 0, c: 4 }, C: { a: 8, b: 4, c: 0 } },
      costColumns: { refer: "visit price" },
    }),
  );
  const runs = [
    "train breast-cancer --split 0.5/0.15/0.2/0.15 --report none --out bc.sigmax",
    "calibrate bc.sigmax breast-cancer --target-risk 0.05 --out bc.calibrated.sigmax",
    "train visits.csv --target y --features x1,x2,color --split 0.4/0.2/0.2/0.2 --report none --out v.sigmax",
    "calibrate v.sigmax visits.csv --by site --sets aps --out v.calibrated.sigmax",
  ];
  for (const run of runs) {
    const { code, stderr } = await sigmax([...run.split(" "), "--quiet"], { folder });
    if (code !== 0) throw new Error(`${run}: ${stderr}`);
  }
  return folder;
}

/** The lines of a CSV file without quotes, as objects. */
export function rowsOfCsv(text: string): Record<string, string>[] {
  const [names, ...lines] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return lines.map((fields) => Object.fromEntries(names.map((name, j) => [name, fields[j]])));
}
