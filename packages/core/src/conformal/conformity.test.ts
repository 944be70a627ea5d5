import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { rowConformity, type ConformalMethod } from "./conformity.ts";

function conformities(method: ConformalMethod, values: readonly number[], u: number, freeRank = 1): number[] {
  const output = new Float64Array(values.length);
  rowConformity({ method, penalty: 0.25, freeRank }, values.length)(Float64Array.from(values), 0, u, output);
  return [...output];
}

test("by hand: the class's own probability; the mass below it and a part of its own; less a penalty by rank", () => {
  const row = [0.125, 0.5, 0.25, 0.125];
  expect(conformities("lac", row, 0.5)).toEqual(row);
  expect(conformities("aps", row, 1)).toEqual([0, 0.5, 0.25, 0]);
  expect(conformities("aps", row, 0.5)).toEqual([0.125, 0.75, 0.375, 0.125]); // the two smallest are one block of 0.25
  expect(conformities("raps", row, 1)).toEqual([0 - 0.5, 0.5, 0.25 - 0.25, 0 - 0.5]); // ranks 3, 1, 2, 3
  expect(conformities("raps", row, 1, 4)).toEqual(conformities("aps", row, 1));
});

test("1 − conformity is the score of the papers", () => {
  const generator = createGenerator(3);
  for (let repeat = 0; repeat < 50; repeat++) {
    const raw = Array.from({ length: 40 }, () => generator.uniform() ** 4);
    const total = raw.reduce((sum, value) => sum + value, 0);
    const row = raw.map((value) => value / total);
    const u = generator.uniform();
    conformities("aps", row, u).forEach((value, k) => {
      const above = row.filter((other) => other > row[k]).reduce((sum, other) => sum + other, 0);
      expect(1 - value).toBeCloseTo(above + u * row[k], 14);
    });
  }
});

test("masses far below the spacing of floating-point numbers near 1 still have an order", () => {
  const [, second, third] = conformities("aps", [1, 3e-30, 1e-30, 0], 1);
  expect(second).toBe(1e-30);
  expect(third).toBe(0);
});

test("reordering classes reorders the answer to the bit, also with equal probabilities", () => {
  const row = [0.1, 0.3, 0.1, 0.05, 0.1, 0.05, 0.3];
  const order = [6, 2, 0, 5, 1, 4, 3];
  for (const method of ["lac", "aps", "raps"] as const) {
    const found = conformities(method, row, 0.3);
    const turned = conformities(
      method,
      order.map((k) => row[k]),
      0.3,
    );
    expect(turned).toEqual(order.map((k) => found[k]));
  }
});

test("a row does not feel the row before it", () => {
  const values = Float64Array.of(0.9, 0.06, 0.04, 0.2, 0.3, 0.5);
  const output = new Float64Array(3);
  const conformityOf = rowConformity({ method: "aps", penalty: 0, freeRank: 0 }, 3);
  conformityOf(values, 0, 0.7, output);
  conformityOf(values, 3, 0.7, output);
  expect([...output]).toEqual(conformities("aps", [0.2, 0.3, 0.5], 0.7));
});
