import { foldsOf } from "@sigmax/core/data";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Cases } from "./cases.ts";
import { openReadings } from "./readings.ts";

const folder = mkdtempSync(join(tmpdir(), "sigmax-readings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const classes = ["no", "yes"];
const rows = 24;
const truth = Int32Array.from({ length: rows }, (_, row) => row % 2);
/** Wrong on every fifth row; nothing is said of the last two, nor known of the two before. */
const said = Array.from(truth, (k, row) => (row >= 22 ? "" : classes[row % 5 === 0 ? 1 - k : k]));

const cases: Cases = {
  name: "cases.csv",
  data: { rows, columns: 1, values: new Float64Array(rows) },
  places: Uint32Array.from({ length: rows }, (_, row) => row),
  truth: truth.map((k, row) => (row >= 20 ? -1 : k)),
  rowRoles: null,
  rowCosts: {},
  groups: null,
  notes: [],
};

test("a row's own answer and class do not count for its combination; where no class is known, all others do", async () => {
  const path = join(folder, "readings.csv");
  writeFileSync(path, `row,reader\n${said.map((answer, row) => `${row},${answer}`).join("\n")}\n`);
  const found = await openReadings(path, undefined, { classes, target: "y" }, cases, 3);
  const places = cases.places.slice(0, 22);
  const values = Float64Array.from({ length: 44 }, () => 0.5);
  const combined = found.combine(places, { rows: 22, columns: 2, values, unit: "probabilities" });

  const known = { classes, indices: truth.slice(0, 20) };
  const [folds] = foldsOf(known, { folds: 10, seed: 3 });
  for (const row of places) {
    // P(answer | class) with Jeffreys' prior, from the answers outside the row's fold.
    const likelihood = classes.map((_, k) => {
      const others = [...known.indices.keys()].filter(
        (other) => known.indices[other] === k && (row >= 20 || folds[other] !== folds[row]),
      );
      return (others.filter((other) => said[other] === said[row]).length + 0.5) / (others.length + 1);
    });
    expect(combined.values[2 * row]).toBeCloseTo(likelihood[0] / (likelihood[0] + likelihood[1]), 12);
  }
  expect(found.reader.rows).toBe(20);
  expect(found.answers[23]).toBeNull();
});
