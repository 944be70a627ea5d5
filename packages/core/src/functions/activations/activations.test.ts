import { describe, expect, test } from "vitest";
import {
  add,
  divide,
  exp,
  expm1,
  log1p,
  multiply,
  negate,
  normalDensity,
  normalDistribution,
  real,
  subtract,
  toNumber,
  type Real,
} from "../../../test/high-precision.ts";
import { createGenerator } from "../../random/index.ts";
import {
  activations,
  eluActivation,
  geluActivation,
  leakyReluActivation,
  preluActivation,
  reluActivation,
  sigmoidActivation,
  softplusActivation,
  swishActivation,
  tanhActivation,
  type Activation,
} from "../index.ts";

const one = real(1);
const zero = real(0);

function sigmoid(x: Real): Real {
  return divide(one, add(one, exp(negate(x))));
}

/** What a derivative that crosses 0 is made of: its two terms, for the scale that the error is measured on. */
type Terms = readonly Real[];

interface Truth {
  readonly activation: Activation;
  /** Units in the last place that value and derivative may be off. */
  readonly bounds: readonly [number, number];
  readonly scales: readonly number[];
  readonly value: (x: Real, a: Real) => Real;
  readonly derivative: (x: Real, a: Real) => Terms;
}

const truths: readonly Truth[] = [
  {
    activation: sigmoidActivation,
    bounds: [2, 5],
    scales: [1e-10, 1, 5, 40, 700],
    value: sigmoid,
    derivative: (x) => [multiply(sigmoid(x), sigmoid(negate(x)))],
  },
  {
    activation: tanhActivation,
    bounds: [3, 4],
    scales: [1e-300, 1e-10, 0.1, 1, 20, 350],
    value(x) {
      const m = expm1(multiply(real(2), x));
      return divide(m, add(m, real(2)));
    },
    derivative(x) {
      const cosh = multiply(real(0.5), add(exp(x), exp(negate(x))));
      return [divide(one, multiply(cosh, cosh))];
    },
  },
  {
    activation: reluActivation,
    bounds: [0, 0],
    scales: [1e-300, 1, 1e300],
    value: (x) => (x.mantissa > 0n ? x : zero),
    derivative: (x) => [x.mantissa > 0n ? one : zero],
  },
  ...[leakyReluActivation, preluActivation].map((activation) => ({
    activation,
    bounds: [0.5, 0] as const,
    scales: [1e-300, 1, 1e300],
    value: (x: Real, a: Real) => (x.mantissa > 0n ? x : multiply(a, x)),
    derivative: (x: Real, a: Real) => [x.mantissa > 0n ? one : a],
  })),
  {
    activation: eluActivation,
    bounds: [2, 2],
    scales: [1e-300, 1e-10, 0.1, 1, 40, 700],
    value: (x, a) => (x.mantissa > 0n ? x : multiply(a, expm1(x))),
    derivative: (x, a) => [x.mantissa > 0n ? one : multiply(a, exp(x))],
  },
  {
    activation: softplusActivation,
    bounds: [2, 2],
    scales: [1e-10, 1, 5, 40, 700],
    value: (x) => (toNumber(x) > 0 ? add(x, log1p(exp(negate(x)))) : log1p(exp(x))),
    derivative: (x) => [sigmoid(x)],
  },
  {
    activation: swishActivation,
    bounds: [3, 6],
    scales: [1e-300, 1e-10, 0.1, 1, 5, 40, 700],
    value: (x) => multiply(x, sigmoid(x)),
    derivative: (x) => [sigmoid(x), multiply(x, multiply(sigmoid(x), sigmoid(negate(x))))],
  },
  {
    activation: geluActivation,
    bounds: [8, 8],
    scales: [1e-300, 1e-10, 0.1, 1, 3, 8, 37],
    value: (x) => multiply(x, normalDistribution(x)),
    derivative: (x) => [normalDistribution(x), multiply(x, normalDensity(x))],
  },
];

/** Units in the last place of the scale by which a float64 is off. */
function errorOn(scale: Real, computed: number, exact: Real): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(toNumber(scale)))) - 52);
  const off = Math.abs(toNumber(subtract(real(computed), exact)));
  return off === 0 ? 0 : off / unit;
}

function size(x: Real): Real {
  return x.mantissa < 0n ? negate(x) : x;
}

describe.each(truths)("$activation.name", ({ activation, bounds, scales, value, derivative }) => {
  const a = activation.parameter?.start ?? 0;

  test(`is within ${bounds[0]} ulp at 10,000 points, its derivative within ${bounds[1]} ulp of its terms`, () => {
    const random = createGenerator(100 + activation.code);
    let worst = [0, 0];
    let places = [0, 0];
    for (let i = 0; i < 10_000; i++) {
      const place = scales[i % scales.length] * (2 * random.uniform() - 1);
      const x = real(place);
      const truth = value(x, real(a));
      const terms = derivative(x, real(a));
      const errors = [
        errorOn(truth, activation.value(place, a), truth),
        errorOn(terms.map(size).reduce(add), activation.derivative(place, a), terms.reduce(add)),
      ];
      places = places.map((old, k) => (errors[k] > worst[k] ? place : old));
      worst = worst.map((old, k) => Math.max(old, errors[k]));
    }
    expect(worst[0], `value at ${places[0]}`).toBeLessThanOrEqual(bounds[0]);
    expect(worst[1], `derivative at ${places[1]}`).toBeLessThanOrEqual(bounds[1]);
  });

  test("has derivatives that agree with central differences to 1e-6, away from kinks, whatever the parameter", () => {
    const random = createGenerator(200 + activation.code);
    const h = 1e-5;
    for (let point = 0; point < 500; point++) {
      const x = 4 * (2 * random.uniform() - 1);
      const parameter = a + random.uniform();
      if (activation.kinks.some((kink) => Math.abs(x - kink) < 2 * h)) continue;
      const at = (dx: number, da: number): number => activation.value(x + dx, parameter + da);
      const slope = (at(h, 0) - at(-h, 0)) / (2 * h);
      const parameterSlope = (at(0, h) - at(0, -h)) / (2 * h);
      // The differences themselves are good to h²/6 and 2⁻⁵²·|f|/h.
      expect(Math.abs(activation.derivative(x, parameter) - slope)).toBeLessThan(
        1e-6 * Math.abs(slope) + 1e-9,
      );
      expect(Math.abs(activation.parameterDerivative(x, parameter) - parameterSlope)).toBeLessThan(
        1e-6 * Math.abs(parameterSlope) + 1e-9,
      );
    }
  });

  test("has its limits at ±Infinity and ±1.7e308, and hands NaN on", () => {
    for (const parameter of [a, 0, 2]) {
      const far = [-Infinity, -1.7e308, 1.7e308, Infinity].map((x) => activation.value(x, parameter));
      const slopes = [-Infinity, -1.7e308, 1.7e308, Infinity].flatMap((x) => [
        activation.derivative(x, parameter),
        activation.parameterDerivative(x, parameter),
      ]);
      expect([...far, ...slopes].filter(Number.isNaN)).toEqual([]);
    }
    expect(activation.value(Number.NaN, a)).toBeNaN();
  });
});

test("the ends are what the formulas say", () => {
  const ends = (activation: Activation, a = activation.parameter?.start ?? 0): number[] =>
    [-Infinity, Infinity].map((x) => activation.value(x, a) + 0);
  expect(ends(sigmoidActivation)).toEqual([0, 1]);
  expect(ends(tanhActivation)).toEqual([-1, 1]);
  expect(ends(reluActivation)).toEqual([0, Infinity]);
  expect(ends(leakyReluActivation)).toEqual([-Infinity, Infinity]);
  expect(ends(preluActivation, 0)).toEqual([0, Infinity]);
  expect(ends(eluActivation, 1.5)).toEqual([-1.5, Infinity]);
  expect(ends(softplusActivation)).toEqual([0, Infinity]);
  expect(ends(swishActivation)).toEqual([0, Infinity]);
  expect(ends(geluActivation)).toEqual([0, Infinity]);
});

test("at kinks the value and the derivative are the stated ones", () => {
  expect([reluActivation.value(0, 0), reluActivation.derivative(0, 0)]).toEqual([0, 0]);
  expect([preluActivation.value(0, 0.25), preluActivation.derivative(0, 0.25)]).toEqual([0, 0.25]);
  expect([eluActivation.value(0, 2), eluActivation.derivative(0, 2)]).toEqual([0, 2]);
});

test("known values: softplus(−40), tanh of a millionth, swish and GELU at 1", () => {
  expect(softplusActivation.value(-40, 0)).toBe(4.248354255291589e-18);
  expect(tanhActivation.value(1e-6, 0)).toBeCloseTo(1e-6 - 1e-18 / 3, 21);
  expect(swishActivation.value(1, 1)).toBeCloseTo(0.7310585786300049, 15);
  expect(geluActivation.value(1, 0)).toBeCloseTo(0.8413447460685429, 15);
});

describe("the list", () => {
  test("has each name once and each code from 0 to 8 once", () => {
    const names = activations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const units = activations.flatMap(({ activation }) => activation ?? []);
    expect(units.map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(units.map(({ name }) => name)).toEqual(names.slice(0, 9));
  });

  test("groups what is in parentheses where a table, a fraction or a sum beside would stretch them", () => {
    const all = activations.flatMap(({ mathml }) => [mathml.formula, mathml.derivative]);
    for (const text of all.filter((each) => /<(mtable|mfrac|munder)>/.test(each)))
      expect(
        text
          .split("<mo>(</mo>")
          .slice(0, -1)
          .every((before) => before.endsWith("<mrow>")),
      ).toBe(true);
  });

  const end = (text: string): number =>
    Number(text.replace("−", "-").replace("∞", "Infinity").replace("¼", "0.25").replace("½", "0.5"));
  const unitRanges = activations.filter(({ activation }) => activation !== null);

  test.each(unitRanges)("$name stays within its stated ranges, and comes close to their ends", (facts) => {
    for (const [range, f] of [
      [facts.range, facts.graph.value],
      [facts.derivativeRange, facts.graph.derivative],
    ] as const) {
      const [low, high] = range.slice(1, -1).split(", ").map(end);
      const seen = Array.from({ length: 8001 }, (_, i) => f((i - 4000) / 100));
      const [least, most] = [Math.min(...seen), Math.max(...seen)];
      const rounding = 5e-5; // where a stated end has four decimals
      expect(least).toBeGreaterThanOrEqual(low - rounding);
      expect(most).toBeLessThanOrEqual(high + rounding);
      // Of an infinite end the graph shows as much as its place: 40.
      expect(least).toBeLessThan(Math.max(low, -0.1) + rounding);
      expect(most).toBeGreaterThan(Math.min(high, 39) - rounding);
    }
  });

  test.each(activations)(
    "$name has a graph whose derivative is its slope, and MathML that is well formed",
    (facts) => {
      const h = 1e-6;
      for (let x = -3.97; x < 4; x += 0.173) {
        const slope = (facts.graph.value(x + h) - facts.graph.value(x - h)) / (2 * h);
        expect(Math.abs(facts.graph.derivative(x) - slope)).toBeLessThan(1e-6);
      }
      for (const text of Object.values(facts.mathml)) {
        // Taking away what is closed within itself leaves nothing.
        let rest = text;
        for (let depth = 0; depth < 12; depth++)
          rest = rest.replaceAll(/<([a-z]+)[^<>]*(?:\/>|>[^<>]*<\/\1>)/g, "");
        expect(rest).toBe("");
      }
    },
  );
});
