import { expect, test } from "vitest";
import { add, divide, exp as exactExp, real, ulpError, type Real } from "../../test/high-precision.ts";
import { exp } from "../kernels/elementary.ts";
import { createGenerator } from "../random/index.ts";
import { sigmoid, sigmoidComplement } from "./index.ts";

test("known values: ½ at 0, ¾ at ln 3, and both tails", () => {
  expect(sigmoid(0)).toBe(0.5);
  expect(sigmoid(-0)).toBe(0.5);
  expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 15);
  expect([sigmoid(1000), sigmoid(-1000)]).toEqual([1, 0]);
  expect([sigmoid(Infinity), sigmoid(-Infinity)]).toEqual([1, 0]);
});

test("the complement keeps the digits that 1 − σ(z) loses", () => {
  expect(1 - sigmoid(40)).toBe(0);
  expect(sigmoidComplement(40)).toBe(4.248354255291589e-18);
  expect(sigmoidComplement(-40)).toBe(1);
});

test("sigmoid and its complement are within 2 ulp at 12,000 points each", () => {
  const random = createGenerator(41);
  const scales = [1e-10, 1, 5, 40, 745.2, 2000];
  let worst = { z: 0, error: 0 };
  for (let i = 0; i < 12_000; i++) {
    const z = scales[i % scales.length] * (2 * random.uniform() - 1);
    const error = Math.max(
      ulpError(sigmoid(z), exactSigmoid(z)),
      ulpError(sigmoidComplement(z), exactSigmoid(-z)),
    );
    if (error > worst.error) worst = { z, error };
  }
  expect(worst.error, `at ${worst.z}`).toBeLessThanOrEqual(2);
});

test("sigmoid is within 2 ulp where e^z / (1 + e^z) is not", () => {
  // Here e^z has just passed a power of two and σ(z) has not, so that e^z's error counts double.
  for (const z of [
    -4.154353944695917, -4.147755602483193, -4.145522131692445, -3.441659871683782, -1.9563471926117424,
  ]) {
    const power = exp(z);
    expect(ulpError(power / (1 + power), exactSigmoid(z))).toBeGreaterThan(2);
    expect(ulpError(sigmoid(z), exactSigmoid(z))).toBeLessThan(1.75);
  }
});

test("the slope is σ(z)·σ(−z)", () => {
  const h = 1e-5;
  for (const z of [-8, -1.3, 0, 0.4, 2, 7]) {
    const slope = (sigmoid(z + h) - sigmoid(z - h)) / (2 * h);
    expect(Math.abs(slope - sigmoid(z) * sigmoidComplement(z))).toBeLessThan(1e-10); // h²/6 plus 2⁻⁵³/h
  }
});

test("NaN is refused", () => {
  expect(() => sigmoid(Number.NaN)).toThrow("sigmoid: z must be a number, got NaN");
  expect(() => sigmoidComplement(Number.NaN)).toThrow("sigmoidComplement: z must be a number, got NaN");
});

function exactSigmoid(z: number): Real {
  const one = real(1);
  return divide(one, add(one, exactExp(real(-z))));
}
