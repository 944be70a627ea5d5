import { describe, expect, test } from "vitest";
import reference from "../../test/references/separation.json" with { type: "json" };
import { findSeparation, type Separation, type SeparationData } from "./separation.ts";

function dataOf(
  values: readonly number[],
  columns: number,
  labels: readonly number[],
  outputs: number,
): SeparationData {
  return {
    values: Float64Array.from(values),
    columns,
    labels: Int32Array.from(labels),
    outputs,
    sampleWeights: null,
  };
}

function find(data: SeparationData): Separation {
  const found = findSeparation(data, [...Array(data.columns).keys()]);
  if (found === null) throw new Error("undecided");
  return found;
}

/** z_y − z_k of every row and every other class, along a direction. */
function gainsOf({ values, columns, labels, outputs }: SeparationData, direction: Float64Array): number[] {
  const margin = (row: number, k: number): number => {
    let sum = direction[outputs * columns + k];
    for (let j = 0; j < columns; j++) sum += direction[k * columns + j] * values[row * columns + j];
    return sum;
  };
  return [...labels].flatMap((own, row) =>
    outputs === 1
      ? [own === 1 ? margin(row, 0) : -margin(row, 0)]
      : [...Array(outputs).keys()].filter((k) => k !== own).map((k) => margin(row, own) - margin(row, k)),
  );
}

describe.each([1, 2])("two classes on a line, %i outputs", (outputs) => {
  test("with a gap between them are separated completely, and the direction says where", () => {
    const data = dataOf([1, 2, 5, 6], 1, [0, 0, 1, 1], outputs);
    const found = find(data);
    expect(found).toMatchObject({ kind: "complete", columns: [0], alone: true });
    expect(Math.min(...gainsOf(data, found.direction))).toBeGreaterThan(0);
  });

  test("that touch in one value are separated but for that tie", () => {
    const data = dataOf([1, 2, 2, 6], 1, [0, 0, 1, 1], outputs);
    const found = find(data);
    expect(found).toMatchObject({ kind: "quasi", columns: [0], alone: true });
    const gains = gainsOf(data, found.direction);
    // The two rows that are tied gain nothing, the others do.
    expect(gains[1]).toBeCloseTo(0, 12);
    expect(gains[2]).toBeCloseTo(0, 12);
    expect(Math.min(gains[0], gains[3])).toBeGreaterThan(0.1);
  });

  test("that overlap are not separated", () => {
    expect(find(dataOf([1, 5, 2, 6], 1, [0, 0, 1, 1], outputs))).toEqual({
      kind: "none",
      direction: new Float64Array(2 * outputs),
      columns: [],
      alone: false,
    });
  });

  test("are separated by the intercept, and by no column, when one has no rows", () => {
    expect(find(dataOf([1, 5, 2, 6], 1, [1, 1, 1, 1], outputs))).toMatchObject({ columns: [], alone: false });
  });
});

test("two columns that only together separate are both named, a third that is not needed is not", () => {
  // By the sign of a − b; each alone overlaps. The third column is noise.
  const rows = [
    [3, 2, 0, 1],
    [7, 6, 1, 1],
    [-4, -5, 0, 1],
    [2, 3, 1, 0],
    [6, 7, 0, 0],
    [-5, -4, 1, 0],
  ];
  const found = find(dataOf(rows.flatMap((row) => row.slice(0, 3)), 3, rows.map((row) => row[3]), 1)); // prettier-ignore
  expect(found).toMatchObject({ kind: "complete", columns: [0, 1], alone: false });
});

test("only chosen columns take part", () => {
  const data = dataOf([1, 9, 2, 3, 5, 4, 6, 5], 2, [0, 0, 1, 1], 1);
  expect(findSeparation(data, [0, 1])?.kind).toBe("complete");
  expect(findSeparation(data, [1])?.kind).toBe("none");
  expect(findSeparation(data, [])?.kind).toBe("none");
});

test("rows of weight 0 do not count", () => {
  const data = dataOf([1, 2, 2, 6], 1, [0, 1, 0, 1], 1);
  expect(find(data).kind).toBe("quasi");
  expect(find({ ...data, sampleWeights: Float64Array.of(1, 0, 1, 1) }).kind).toBe("complete");
});

test("units and offsets change nothing", () => {
  const { values, columns, labels, outputs } = reference.cases[0];
  const data = dataOf(values, columns, labels, outputs);
  const moved = { ...data, values: data.values.map((x, at) => 1e5 + 10 ** ((at % columns) * 3 - 4) * x) };
  expect(find(moved)).toMatchObject({ kind: find(data).kind, columns: find(data).columns });
});

describe("against linear programs", () => {
  test("the kind is the same in all cases, of which there are some of each", () => {
    const counts = { none: 0, quasi: 0, complete: 0 };
    reference.cases.forEach(({ values, columns, labels, outputs, kind }, i) => {
      const data = dataOf(values, columns, labels, outputs);
      const found = find(data);
      expect(found.kind, `case ${i}`).toBe(kind);
      counts[found.kind]++;
    });
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10);
  });

  test("along the direction no row loses, and all gain where they are separated completely", () => {
    for (const { values, columns, labels, outputs, kind } of reference.cases) {
      if (kind === "none") continue;
      const data = dataOf(values, columns, labels, outputs);
      const gains = gainsOf(data, find(data).direction);
      const most = Math.max(...gains);
      expect(Math.min(...gains)).toBeGreaterThan(kind === "complete" ? 1e-8 * most : -1e-9 * most);
    }
  });

  test("the columns named separate, each alone or none to spare", () => {
    for (const { values, columns, labels, outputs, kind, separating } of reference.cases) {
      if (kind === "none") continue;
      const found = find(dataOf(values, columns, labels, outputs));
      const bits = found.columns.reduce((sum, j) => sum + 2 ** j, 0);
      const single = [...Array(columns).keys()].filter((j) => separating.includes(2 ** j));
      expect(separating).toContain(bits);
      expect(found.alone).toBe(single.length > 0);
      expect(
        found.alone
          ? single.toString() === found.columns.toString()
          : found.columns.every((j) => !separating.includes(bits - 2 ** j)),
      ).toBe(true);
    }
  });
});
