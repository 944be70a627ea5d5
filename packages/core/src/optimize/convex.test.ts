import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { minimizeConvex, type ConvexFunction } from "./convex.ts";
import { fitLogistic } from "./logistic.ts";

test("a quadratic takes one step", () => {
  let looks = 0;
  const problem: ConvexFunction = {
    size: 2,
    at([x, y], gradient, hessian) {
      looks++;
      gradient.set([2 * (x - 1) + y, x + 2 * (y + 3)]);
      hessian.set([2, 1, 1, 2]);
      return (x - 1) ** 2 + x * y + (y + 3) ** 2;
    },
  };
  const { parameters, status } = minimizeConvex(problem, Float64Array.of(50, -80));
  expect(status).toBe("converged");
  expect(looks).toBeLessThan(5);
  expect(parameters[0]).toBeCloseTo(10 / 3, 12);
  expect(parameters[1]).toBeCloseTo(-14 / 3, 12);
});

test("a direction that changes nothing keeps its start, and one that falls for ever is a stall", () => {
  const flat = minimizeConvex(
    {
      size: 2,
      at([x], gradient, hessian) {
        gradient[0] = 2 * x;
        hessian[0] = 2;
        return x * x;
      },
    },
    Float64Array.of(3, 7),
  );
  expect([...flat.parameters].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0, 7]);
  const falling = minimizeConvex(
    {
      size: 1,
      at([x], gradient, hessian) {
        gradient[0] = x > 0 ? -1 / (1 + x) : -1;
        hessian[0] = x > 0 ? 1 / (1 + x) ** 2 : 1e-9;
        return x > 0 ? -Math.log(1 + x) : -x;
      },
    },
    Float64Array.of(0),
  );
  expect(falling.status).toBe("stalled");
});

test("shares of one group: the intercept is their log-odds, with offsets taken off and weights as copies", () => {
  const ones = new Float64Array(4).fill(1);
  const targets = Float64Array.of(1, 0, 0, 1);
  const weighted = fitLogistic({ columns: [ones], targets, sampleWeights: [3, 1, 0, 0] });
  expect(weighted.parameters[0]).toBeCloseTo(Math.log(3), 13);
  const shifted = fitLogistic({ columns: [ones], targets, offset: new Float64Array(4).fill(-2) });
  expect(shifted.parameters[0]).toBeCloseTo(2, 13);
  const half = fitLogistic({ columns: [ones], targets: new Float64Array(4).fill(0.2) });
  expect(half.parameters[0]).toBeCloseTo(Math.log(0.25), 12);
});

test("many rows start from the fit of some, and a start that is given from there: the minimum is the same", () => {
  const generator = createGenerator(8);
  const once = Float64Array.from({ length: 30_000 }, () => 2 * generator.normal());
  const happened = Float64Array.from(once, (z) => (generator.normal() < z ? 1 : 0));
  const rowsOf = (times: number) => {
    const column = Float64Array.from({ length: 30_000 * times }, (_, row) => once[row % 30_000]);
    const targets = Float64Array.from(column, (_, row) => happened[row % 30_000]);
    return { columns: [column, new Float64Array(column.length).fill(1)], targets };
  };
  const plain = fitLogistic(rowsOf(1));
  const fits = [fitLogistic(rowsOf(2)), fitLogistic({ ...rowsOf(1), start: Float64Array.of(1, 0.3) })];
  for (const { parameters, status } of fits) {
    expect(status).toBe("converged");
    parameters.forEach((value, i) => expect(value).toBeCloseTo(plain.parameters[i], 11));
  }
});
