import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { ascendingOrder } from "./order.ts";

function byComparison(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).toSorted((a, b) =>
    values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0,
  );
}

test("values ascend, equal ones keep their order, and 0 is −0", () => {
  expect([...ascendingOrder(Float64Array.of(3, -1, 0, -1, -0, 2))]).toEqual([1, 3, 2, 4, 5, 0]);
  expect([...ascendingOrder(new Float64Array())]).toEqual([]);
});

test.each([4999, 5000, 60_001])(
  "%i numbers of all sizes and signs, ties and infinities among them",
  (rows) => {
    const generator = createGenerator(rows);
    const special = [0, -0, 1, -1, Infinity, -Infinity, Number.MIN_VALUE, -Number.MAX_VALUE];
    const values = Float64Array.from({ length: rows }, (_, row) =>
      row % 3 === 0
        ? special[generator.below(special.length)]
        : generator.normal() * 10 ** generator.below(30),
    );
    expect(ascendingOrder(values)).toEqual(byComparison(values));
  },
);

test("numbers whose digits are mostly the same: whole numbers, and one number alone", () => {
  const whole = Float64Array.from({ length: 6000 }, (_, row) => (row * 7919) % 256);
  expect(ascendingOrder(whole)).toEqual(byComparison(whole));
  expect(ascendingOrder(new Float64Array(6000).fill(-2.5))).toEqual(Uint32Array.from({ length: 6000 }).map((_, i) => i)); // prettier-ignore
});
