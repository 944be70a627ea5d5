import { expect, test } from "vitest";
import { stirlingError } from "./stirling.ts";

test("Stirling's formula lacks 1 − ½ ln 2π at 1, and ½ − ½ ln 2 at ½", () => {
  expect(stirlingError(1)).toBeCloseTo(0.08106146679532726, 15);
  expect(stirlingError(0.5)).toBeCloseTo(0.15342640972002736, 15);
});

test("with it the logarithms of the factorials come out, below and above the shift at 16", () => {
  let logGamma = 0; // ln Γ(z) = ln 1 + … + ln(z − 1)
  for (let z = 1; z <= 40; z++) {
    const value = (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + stirlingError(z);
    expect(Math.abs(value - logGamma), `z = ${z}`).toBeLessThan(1e-15 * Math.max(1, 4 * logGamma));
    logGamma += Math.log(z);
  }
});
