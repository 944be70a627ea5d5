import { expect, test } from "vitest";
import { add, exp, log1p, negate, real, ulpError, type Real } from "../../test/high-precision.ts";
import { createGenerator } from "../random/index.ts";
import { logSigmoid, sigmoid, softplus } from "./index.ts";

test("known values: ln 2 at 0, both tails, no threshold", () => {
  expect(softplus(0)).toBe(Math.LN2);
  expect(softplus(-40)).toBe(4.248354255291589e-18);
  expect(softplus(25)).toBe(25.000000000013888);
  expect([softplus(1000), softplus(-1000)]).toEqual([1000, 0]);
  expect([softplus(Infinity), softplus(-Infinity)]).toEqual([Infinity, 0]);
  expect([logSigmoid(0), logSigmoid(-1000)]).toEqual([-Math.LN2, -1000]);
  expect([logSigmoid(40), logSigmoid(-Infinity)]).toEqual([-4.248354255291589e-18, -Infinity]);
  expect([logSigmoid(1000), logSigmoid(Infinity)]).toEqual([0, 0]);
});

test("softplus and log-sigmoid are within 2 ulp at 12,000 points each", () => {
  const random = createGenerator(51);
  const scales = [1e-10, 1, 5, 40, 745.2, 1e6];
  let worst = { z: 0, error: 0 };
  for (let i = 0; i < 12_000; i++) {
    const z = scales[i % scales.length] * (2 * random.uniform() - 1);
    const truth = exactSoftplus(z);
    const error = Math.max(ulpError(softplus(z), truth), ulpError(logSigmoid(-z), negate(truth)));
    if (error > worst.error) worst = { z, error };
  }
  expect(worst.error, `at ${worst.z}`).toBeLessThanOrEqual(2);
});

test("softplus(z) − softplus(−z) is z, and the slope is σ(z)", () => {
  const h = 1e-5;
  for (const z of [-30, -2.5, 0, 0.7, 4, 30]) {
    expect(Math.abs(softplus(z) - softplus(-z) - z)).toBeLessThanOrEqual(2 ** -52 * Math.abs(z));
    expect(Math.abs((softplus(z + h) - softplus(z - h)) / (2 * h) - sigmoid(z))).toBeLessThan(1e-9);
  }
});

test("NaN is refused", () => {
  expect(() => softplus(Number.NaN)).toThrow("softplus: z must be a number, got NaN");
  expect(() => logSigmoid(Number.NaN)).toThrow("logSigmoid: z must be a number, got NaN");
});

function exactSoftplus(z: number): Real {
  const tail = log1p(exp(real(-Math.abs(z))));
  return z > 0 ? add(real(z), tail) : tail;
}
