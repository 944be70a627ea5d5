import { describe, expect, test } from "vitest";
import { createThreads } from "@sigmax/core/node";
import { createGenerator } from "../random/index.ts";
import { createLinearSums, plainLinearSums } from "./linear-sums.ts";
import type { LinearSums, LinearSumsData, Team } from "./index.ts";

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly bytes?: boolean;
  readonly weighted?: boolean;
}

const cases: readonly Case[] = [
  { rows: 1, columns: 1, outputs: 1 },
  { rows: 3, columns: 5, outputs: 3 },
  { rows: 64, columns: 16, outputs: 2, bytes: true },
  { rows: 65, columns: 17, outputs: 1, weighted: true },
  { rows: 300, columns: 30, outputs: 7, weighted: true },
  { rows: 1100, columns: 33, outputs: 4, bytes: true },
];

function dataOf({ rows, columns, outputs, bytes, weighted }: Case, seed = 1): LinearSumsData {
  const generator = createGenerator(seed);
  const values = bytes
    ? Uint8Array.from({ length: rows * columns }, () => generator.below(256))
    : Float32Array.from({ length: rows * columns }, () => generator.normal());
  return {
    values,
    columns,
    scale: bytes ? 1 / 255 : 1,
    labels: Int32Array.from({ length: rows }, () => generator.below(Math.max(2, outputs))),
    outputs,
    sampleWeights: weighted
      ? Float64Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? 0 : generator.uniform() * 3))
      : null,
  };
}

/** Everything that a solver may ask, in one array. */
async function answers(sums: LinearSums, seed = 2): Promise<Record<string, number[]>> {
  const generator = createGenerator(seed);
  const size = sums.outputs * (sums.columns + 1);
  const theta = Float64Array.from({ length: size }, () => generator.normal() / 3);
  const direction = Float64Array.from({ length: size }, () => generator.normal() / 3);
  const loss = await sums.place(theta);
  await sums.aim(direction);
  const { value, slope, curvature } = sums.look(0.7);
  const moved = sums.move(0.7);
  const gradient = await sums.gradient();
  const some = Uint32Array.from({ length: Math.ceil(sums.rows / 2) }, (_, i) => 2 * i);
  const probabilities = sums.probabilities(some);
  const margins = await sums.margins(direction);
  const weights = [0, 1].map((u) => Float64Array.from(some, (row) => ((row + u) % 4) / 2));
  const grams = await sums.grams(some, weights);
  const factors = await sums.factors(some, weights, new Float64Array(sums.columns + 1).fill(0.5));
  const solved = direction.slice(0, sums.columns + 1);
  factors?.solve(1, solved);
  const projections = await sums.projections(theta, 1, some);
  return {
    sums: [loss, value, slope, curvature, moved],
    exactLoss: [await sums.exactLoss(theta)],
    gradient: [...gradient],
    probabilities: [...probabilities],
    margins: [...margins],
    grams: grams.flatMap((gram) => [...gram]),
    solved: [...solved],
    projections: [...projections],
  };
}

test.each([new Float32Array([1e20, 2, 3, -1e20]), new Float64Array([1e200, 2, 3, -1e200])])(
  "products that overflow have no factors: %s",
  async (values) => {
    const data = {
      values,
      columns: 1,
      scale: 1,
      labels: Int32Array.of(0, 1, 0, 1),
      outputs: 1,
      sampleWeights: null,
    };
    const sums = await createLinearSums(data);
    const rows = Uint32Array.of(0, 1, 2, 3);
    expect(await sums.factors(rows, [new Float64Array(4).fill(0.25)], Float64Array.of(1, 1e-3))).toBeNull();
  },
);

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe("the float32 sums agree with the plain float64 ones to 1e-5 of the largest", () => {
  test.each(cases)("%j", async (each) => {
    const data = dataOf(each);
    const expected = await answers(plainLinearSums(data));
    const found = await answers(await createLinearSums(data));
    for (const [name, values] of Object.entries(expected)) {
      const scale = largest(values);
      found[name].forEach((value, i) =>
        expect(Math.abs(value - values[i]), `${name} ${i}`).toBeLessThanOrEqual(1e-5 * scale),
      );
    }
  });
});

test.each([...cases, { rows: 1025, columns: 3, outputs: 1 }])(
  "over float32 rows the exact loss is that of float64 to 1e-14, %j",
  async (each) => {
    const data = dataOf(each);
    const theta = new Float64Array(each.outputs * (each.columns + 1)).map((_, i) => 3 * Math.sin(i));
    const expected = await plainLinearSums(data).place(theta);
    const found = await (await createLinearSums(data)).exactLoss(theta);
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-14 * expected);
  },
);

test.each([1, 3, 4, 17, 130])(
  "float64 rows of %i columns are rounded to float32 as they are copied",
  async (columns) => {
    const rows = 1200;
    const generator = createGenerator(7);
    const values = Float64Array.from({ length: rows * columns }, () => generator.normal());
    const data = { ...dataOf({ rows, columns, outputs: 2 }), values };
    const rounded = await answers(await createLinearSums({ ...data, isRounded: true }));
    expect(rounded).toEqual(
      await answers(await createLinearSums({ ...data, values: Float32Array.from(values) })),
    );
  },
);

test.each([
  [Number.NaN, 3, false],
  [Infinity, 0, false],
  [-Infinity, 4, false],
  [1e39, 2, false], // not in float32
  [3e38, 4, true],
])("rounding sees whether all are finite: %f in column %i", async (value, column, areFinite) => {
  const data = dataOf({ rows: 70, columns: 5, outputs: 1 });
  const values = Float64Array.from(data.values);
  values[66 * 5 + column] = value;
  expect(await createLinearSums({ ...data, values, isRounded: true })).toMatchObject({ areFinite });
});

describe("the float64 sums agree with the plain ones to 1e-12 of the largest", () => {
  test.each(cases)("%j", async (each) => {
    const data = dataOf(each);
    const values = Float64Array.from(data.values);
    const expected = await answers(plainLinearSums({ ...data, values }));
    const found = await answers(await createLinearSums({ ...data, values }));
    for (const [name, numbers] of Object.entries(expected)) {
      const scale = largest(numbers);
      found[name].forEach((value, i) =>
        expect(Math.abs(value - numbers[i]), `${name} ${i}`).toBeLessThanOrEqual(1e-12 * scale),
      );
    }
  });
});

test.each([1, 4])(
  "slope and curvature are the derivatives of the value along the line, %i outputs",
  async (outputs) => {
    const sums = plainLinearSums(dataOf({ rows: 50, columns: 6, outputs, weighted: true }));
    await answers(sums);
    const h = 1e-4;
    const [below, here, above] = [0.3 - h, 0.3, 0.3 + h].map((step) => sums.look(step));
    expect((above.value - below.value) / (2 * h)).toBeCloseTo(here.slope, 5);
    expect((above.slope - below.slope) / (2 * h)).toBeCloseTo(here.curvature, 5);
  },
);

test.each([1, 3])("the gradient is that of the loss, by central differences, %i outputs", async (outputs) => {
  const data = dataOf({ rows: 40, columns: 5, outputs, weighted: true });
  const sums = plainLinearSums(data);
  const theta = new Float64Array(outputs * 6).map((_, i) => Math.sin(i) / 2);
  await sums.place(theta);
  const gradient = await sums.gradient();
  for (let i = 0; i < theta.length; i++) {
    const moved = (by: number) => sums.place(theta.map((value, at) => (at === i ? value + by : value)));
    const slope = ((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5;
    expect(Math.abs(slope - gradient[i])).toBeLessThan(1e-6 * largest([...gradient]));
  }
});

describe("a gradient that was taken along the way has the bits of one that is taken by itself", () => {
  test.each([...cases, { rows: 1025, columns: 3, outputs: 1 }])("%j", async (each) => {
    const data = dataOf(each);
    const size = each.outputs * (each.columns + 1);
    const theta = new Float64Array(size).map((_, i) => Math.sin(i));
    const direction = new Float64Array(size).map((_, i) => Math.cos(3 * i) / 5);
    const gradients = async (step: number, isAsked: boolean): Promise<Float64Array[]> => {
      const sums = await createLinearSums(data);
      await sums.place(theta);
      const before = await sums.gradient();
      await sums.aim(direction);
      // That of the place, if asked for, takes the place of what was taken along the line.
      const again = isAsked ? await sums.gradient() : before;
      sums.move(step);
      return [before, again, await sums.gradient(), await sums.gradient()];
    };
    for (const step of [1, 0.5]) {
      const [before, , along, twice] = await gradients(step, false);
      expect(twice).toEqual(along);
      expect(await gradients(step, true)).toEqual([before, before, along, along]);
    }
  });
});

test.each([1, 3])(
  "a gradient taken along a line that nobody moved on is none along the next, %i outputs",
  async (outputs) => {
    const data = dataOf({ rows: 300, columns: 4, outputs });
    const size = outputs * 5;
    const theta = new Float64Array(size).map((_, i) => Math.sin(i));
    const intercepts = new Float64Array(size).fill(0.25, size - 1); // no pass, so no gradient on the way
    const gradientOf = async (isDistracted: boolean): Promise<Float64Array> => {
      const sums = await createLinearSums(data);
      await sums.place(theta);
      if (isDistracted) await sums.aim(new Float64Array(size).map((_, i) => Math.cos(3 * i)));
      await sums.aim(intercepts);
      sums.move(1);
      return sums.gradient();
    };
    expect(await gradientOf(true)).toEqual(await gradientOf(false));
  },
);

test.each(["float32", "float64"])(
  "a gradient asked for between a look and the move there is that of the place, in %s",
  async (kind) => {
    const data = dataOf({ rows: 300, columns: 4, outputs: 3 });
    const values = kind === "float64" ? Float64Array.from(data.values) : data.values;
    const theta = new Float64Array(15).map((_, i) => Math.sin(i));
    const gradients = async (isAsked: boolean): Promise<Float64Array[]> => {
      const sums = await createLinearSums({ ...data, values });
      await sums.place(theta);
      const before = await sums.gradient();
      await sums.aim(new Float64Array(15).map((_, i) => Math.cos(3 * i)));
      sums.look(1);
      const again = isAsked ? await sums.gradient() : before;
      sums.move(1);
      return [before, again, await sums.gradient()];
    };
    const [before, , after] = await gradients(false);
    expect(await gradients(true)).toEqual([before, before, after]);
  },
);

test("a team that takes the memory for many rows meanwhile changes nothing", async () => {
  const data = dataOf({ rows: 150_000, columns: 30, outputs: 1 }); // 19 MB
  const theta = new Float64Array(31).map((_, i) => Math.sin(i) / 4);
  const gradientOf = async (
    wait: number,
    team?: Team,
  ): Promise<{ gradient: Float64Array; waits: number }> => {
    let waits = 0;
    const sums = await createLinearSums(data, team, async () => {
      waits++;
      await new Promise((resolve) => setTimeout(resolve, wait));
    });
    await sums.place(theta);
    return { gradient: await sums.gradient(), waits };
  };
  const alone = await gradientOf(0);
  expect(alone.waits).toBe(1);
  for (const count of [1, 3]) {
    const team = createThreads(count);
    // Before the rows are copied; and, by threads that run already, while they are.
    for (const wait of [20, 0, 0]) expect(await gradientOf(wait, team)).toEqual(alone);
    team.close();
  }
});

test("rows of weight 0 do not count, whatever they hold", async () => {
  const data = dataOf({ rows: 130, columns: 4, outputs: 3, weighted: true });
  const loud = Float32Array.from(data.values, (value, i) =>
    data.sampleWeights?.[Math.floor(i / 4)] === 0 ? value + 3 : value,
  );
  const [a, b] = await Promise.all(
    [data, { ...data, values: loud }].map(async (each) => {
      const sums = await createLinearSums(each);
      await sums.place(new Float64Array(15).fill(0.2));
      return sums.gradient();
    }),
  );
  a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 4));
});
