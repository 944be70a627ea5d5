import { describe, expect, test } from "vitest";
import { binary } from "../../kernels/activations-binary.generated.ts";
import { createKernels, plainKernels, type Kernels } from "../../kernels/index.ts";
import { compileModule, createOwnMemory, decodeBase64, instantiate } from "../../kernels/webassembly.ts";
import { createGenerator } from "../../random/index.ts";
import { activations, preluActivation, swishActivation, type Activation } from "../index.ts";

const units = activations.flatMap(({ activation }) => activation ?? []);
const twins: [string, Kernels][] = [
  ["plain", plainKernels],
  ["simd", createKernels()],
];

/** From tiny to where everything has long been 0, 1 or infinite, both signs, and float32's own ends. */
function grid(): Float32Array {
  const random = createGenerator(5);
  const scales = [1e-30, 1e-20, 1e-6, 1e-3, 0.1, 1, 3, 9, 13, 45, 88, 200, 1e10];
  const inside = Array.from({ length: 13_000 }, (_, i) => scales[i % 13] * (2 * random.uniform() - 1));
  return Float32Array.of(...inside, 0, -0, 3.4e38, -3.4e38, Infinity, -Infinity);
}

/** Below it the value may be 0: e^x is cut at −87.3, and what is made of it there is far from any other number. */
const smallest = 1e-35;

describe.each(twins)("%s", (_twin, kernels) => {
  test.each(units)(
    "$name over a dense grid: value and derivative within 6e-7, of its terms where it crosses 0",
    async (unit) => {
      const loops = await kernels.createActivations();
      const xs = grid();
      for (const a of unit.parameter ? [unit.parameter.start, 0.5] : [0]) {
        const y = new Float32Array(xs.length);
        const slope = new Float32Array(xs.length);
        loops.value(unit, xs, Math.fround(a), y);
        loops.gradient(unit, xs, new Float32Array(xs.length).fill(1), Math.fround(a), slope);
        let worst = { error: 0, x: 0 };
        let worstSlope = { error: 0, x: 0 };
        xs.forEach((x, i) => {
          const error = off(y[i], unit.value(x, Math.fround(a)));
          if (error > worst.error) worst = { error, x };
          const slopeError = off(slope[i], unit.derivative(x, Math.fround(a)), scaleOfSlope(unit, x, a));
          if (slopeError > worstSlope.error) worstSlope = { error: slopeError, x };
        });
        expect(worst.error, `value at ${worst.x}`).toBeLessThan(6e-7);
        expect(worstSlope.error, `derivative at ${worstSlope.x}`).toBeLessThan(6e-7);
      }
    },
  );

  test.each(units)("$name makes no subnormal of normal numbers, and NaN stays NaN", async (unit) => {
    const loops = await kernels.createActivations();
    const a = unit.parameter ? 1 : 0;
    const xs = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 10);
    const y = new Float32Array(xs.length);
    loops.value(unit, xs, a, y);
    const subnormal = [...y].filter((each) => each !== 0 && Math.abs(each) < 1.1754944e-38);
    expect(kernels === plainKernels ? [] : subnormal).toEqual([]); // the plain loop makes them
    const nan = Float32Array.of(1, Number.NaN, 1, 1, Number.NaN);
    loops.value(unit, nan, a, nan);
    expect([...nan].map(Number.isNaN)).toEqual([false, true, false, false, true]);
  });

  test.each([1, 3, 4, 5, 17, 16_385])(
    "%i numbers get the same bits as one by one, in place and in the kernels' own memory",
    async (count) => {
      const loops = await kernels.createActivations();
      const random = createGenerator(count);
      const xs = Float32Array.from({ length: count }, () => 3 * random.normal());
      const dy = Float32Array.from({ length: count }, () => random.normal());
      const room = loops.createRoom(count);
      room.input.set(xs);
      room.outputGradient.set(dy);
      for (const unit of units) {
        const y = new Float32Array(count);
        const dx = new Float32Array(count);
        loops.value(unit, xs, 0.5, y);
        loops.gradient(unit, xs, dy, 0.5, dx);
        for (let i = 0; i < Math.min(count, 40); i++) {
          const single = new Float32Array(1);
          loops.value(unit, xs.subarray(i, i + 1), 0.5, single);
          expect(y[i]).toBe(single[0]);
          loops.gradient(unit, xs.subarray(i, i + 1), dy.subarray(i, i + 1), 0.5, single);
          expect(dx[i]).toBe(single[0]);
        }
        const place = xs.slice();
        loops.value(unit, place, 0.5, place);
        expect(place).toEqual(y);
        const slopes = dy.slice();
        loops.gradient(unit, xs, slopes, 0.5, slopes);
        expect(slopes).toEqual(dx);
        room.value(unit, 0.5);
        room.gradient(unit, 0.5);
        expect(room.output.every((each, i) => each === y[i])).toBe(true);
        expect(room.inputGradient.every((each, i) => each === dx[i])).toBe(true);
      }
    },
  );
});

test("swish whose βx is rounded is within 6e-7 + 6e-8·|βx|", async () => {
  const loops = await createKernels().createActivations();
  const xs = grid();
  const y = new Float32Array(xs.length);
  const beta = Math.fround(0.7);
  loops.value(swishActivation, xs, beta, y);
  xs.forEach((x, i) => {
    const allowed = 6e-7 + 6e-8 * Math.abs(beta * x);
    expect(off(y[i], swishActivation.value(x, beta))).toBeLessThanOrEqual(allowed);
  });
});

describe("blocks with one parameter for each number", () => {
  const memory = createOwnMemory(1 << 16);
  const kernels = instantiate(compileModule(decodeBase64(binary)), memory);
  const start = kernels.heapBase();
  const places = Array.from({ length: 5 }, (_, i) => start + 1024 * i);
  const [x, dy, y, a, sums] = places.map((at) => new Float32Array(memory.buffer, at, 17));
  const [xAt, dyAt, yAt, aAt, sumsAt] = places;
  const takesParameter = units.filter(({ parameter }) => parameter !== null);

  test.each(takesParameter)("$name takes each number's own, and writes nothing beyond the last", (unit) => {
    const random = createGenerator(unit.code);
    for (const count of [1, 3, 4, 5, 16]) {
      y.fill(7);
      for (let i = 0; i < 17; i++)
        [x[i], dy[i], a[i]] = [3 * random.normal(), random.normal(), random.uniform()];
      kernels.activateBlock(unit.code, xAt, yAt, count, aAt, 1);
      for (let i = 0; i < count; i++) expect(off(y[i], unit.value(x[i], a[i]))).toBeLessThan(6e-7);
      kernels.activateGradientBlock(unit.code, xAt, dyAt, yAt, count, aAt, 1);
      for (let i = 0; i < count; i++)
        expect(off(y[i] / dy[i], unit.derivative(x[i], a[i]), scaleOfSlope(unit, x[i], a[i]))).toBeLessThan(
          6e-7,
        );
      expect([...y.subarray(count)]).toEqual(Array(17 - count).fill(7));
    }
  });

  test.each(takesParameter)("$name adds the parameters' gradients row by row", (unit) => {
    const random = createGenerator(50 + unit.code);
    const expected = new Float64Array(5);
    const sizes = new Float64Array(5);
    sums.fill(0);
    for (let i = 0; i < 5; i++) a[i] = random.uniform();
    for (let row = 0; row < 20; row++) {
      for (let i = 0; i < 5; i++) {
        [x[i], dy[i]] = [3 * random.normal(), random.normal()];
        const term = dy[i] * unit.parameterDerivative(x[i], a[i]);
        expected[i] += term;
        sizes[i] += Math.abs(term);
      }
      kernels.activateParameterBlock(unit.code, xAt, dyAt, sumsAt, 5, aAt, 1);
    }
    // Twenty float32 additions, each within half an ulp of the sum of sizes.
    for (let i = 0; i < 5; i++) expect(Math.abs(sums[i] - expected[i])).toBeLessThan(20 * 6e-8 * sizes[i]);
    expect(sums[5]).toBe(0);
  });

  test("functions without a parameter leave the sums alone; a slope of 0 makes no NaN of −Infinity", () => {
    sums.fill(3);
    for (const { code, parameter } of units)
      if (parameter === null) kernels.activateParameterBlock(code, xAt, dyAt, sumsAt, 5, aAt, 0);
    expect([...sums]).toEqual(Array(17).fill(3));
    a.fill(0);
    x.set([-Infinity, Infinity, -Infinity, Infinity]);
    kernels.activateBlock(preluActivation.code, xAt, yAt, 4, aAt, 1);
    expect([...y.subarray(0, 4)]).toEqual([0, Infinity, 0, Infinity]);
    kernels.activateBlock(swishActivation.code, xAt, yAt, 4, aAt, 1);
    expect([...y.subarray(0, 4)]).toEqual([-Infinity, Infinity, -Infinity, Infinity]);
  });
});

/** By how much of the scale a float32 is off; 0 where both are below what is told apart. */
function off(computed: number, exact: number, scale: number = Math.abs(exact)): number {
  if (computed === exact || Math.fround(exact) === computed || (computed === 0 && scale < smallest)) return 0;
  return Math.abs(computed - exact) / scale;
}

/** The size of a derivative; of swish and GELU, which cross 0, that of their terms. */
function scaleOfSlope(unit: Activation, x: number, a: number): number {
  const slope = Math.abs(unit.derivative(x, Math.fround(a)));
  if (unit.name !== "swish" && unit.name !== "gelu") return slope;
  const share = Number.isFinite(x) && x !== 0 ? unit.value(x, Math.fround(a)) / x : slope;
  return share + Math.abs(slope - share);
}
