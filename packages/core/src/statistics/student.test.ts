import { expect, test } from "vitest";
import references from "../../test/references/tails.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { normalQuantile } from "./normal.ts";
import { studentReach } from "./student.ts";

test("one degree is Cauchy's law: half of it lies within 1", () => {
  expect(studentReach(0.5, 1)).toBeCloseTo(1, 14);
});

test("is within 1e-12 of 60-digit arithmetic, relatively", () => {
  for (const [confidence, degrees, truth] of references.student)
    expect(
      Math.abs(studentReach(confidence, degrees) - truth) / truth,
      `${confidence}, ${degrees} degrees`,
    ).toBeLessThan(1e-12);
});

test("nears the normal law's as the degrees grow", () => {
  expect(studentReach(0.95, 1e6)).toBeCloseTo(normalQuantile(0.975), 5);
});

test("refuses what is no confidence, and no degrees", () => {
  expect(() => studentReach(1, 5)).toThrow(
    new InputError("studentReach: confidence must be in (0, 1), got 1"),
  );
  expect(() => studentReach(0.9, 0)).toThrow(
    new InputError("studentReach: degrees must be a positive number, got 0"),
  );
});
