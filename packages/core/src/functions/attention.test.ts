import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { createGenerator, type Generator } from "../random/index.ts";
import {
  attention,
  attentionGradient,
  softmax,
  type AttentionOptions,
  type AttentionTensor,
} from "./index.ts";

type Shape = AttentionTensor["shape"];

function normals(random: Generator, ...shape: Shape): AttentionTensor & { values: Float64Array } {
  const count = shape.reduce((a, b) => a * b);
  return { values: Float64Array.from({ length: count }, () => random.normal()), shape };
}

const tensor = (values: number[], ...shape: Shape): AttentionTensor => ({ values, shape });

/** softmax(scale · Q Kᵀ + bias) V of one head by the textbook: the whole matrix, then its rows. */
function naive(
  q: number[][],
  k: number[][],
  v: number[][],
  score = (_i: number, _j: number, z: number) => z,
) {
  return q.map((row, i) => {
    const z = k.map((other, j) =>
      score(i, j, row.reduce((sum, x, c) => sum + x * other[c], 0) / Math.sqrt(row.length)),
    );
    const p = softmax(z);
    return v[0].map((_, c) => v.reduce((sum, other, j) => sum + p[j] * other[c], 0));
  });
}

/** Rows of one head. */
function rowsOf(
  { values, shape: [, heads, length, width] }: AttentionTensor,
  b: number,
  h: number,
): number[][] {
  return Array.from({ length }, (_, i) =>
    Array.from({ length: width }, (_unused, c) => values[((b * heads + h) * length + i) * width + c]),
  );
}

/** The largest difference from what is expected. */
function apart(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  return Array.from(expected, (x, i) => Math.abs(values[i] - x)).reduce((a, b) => (b <= a ? a : b));
}

describe("attention", () => {
  test("weighs values by the softmax of scaled products", () => {
    const q = tensor([1, 0], 1, 1, 1, 2);
    const k = tensor([0, 5, Math.SQRT2 * Math.LN2, 0], 1, 1, 2, 2); // scores 0 and ln 2
    const v = tensor([3, 6], 1, 1, 2, 1);
    const { output, logSumExp, weights } = attention(q, k, v, { weights: true });
    expect(apart(output, [5])).toBeLessThan(1e-13);
    expect(apart(logSumExp, [Math.log(3)])).toBeLessThan(1e-13);
    expect(apart(weights ?? [], [1 / 3, 2 / 3])).toBeLessThan(1e-13);
    expect(attention(q, k, v).weights).toBeNull();
    expect(
      apart(attention(q, k, v, { scale: Math.SQRT1_2, temperature: 0.5 }).output, [(3 + 4 * 6) / 5]),
    ).toBeLessThan(1e-13);
  });

  test("equals the textbook formula for every head, with heads of keys shared by neighbors", () => {
    const random = createGenerator(1);
    const [q, k, v] = [normals(random, 2, 4, 5, 3), normals(random, 2, 2, 7, 3), normals(random, 2, 2, 7, 6)];
    const { output } = attention(q, k, v);
    for (let b = 0; b < 2; b++)
      for (let h = 0; h < 4; h++) {
        const expected = naive(rowsOf(q, b, h), rowsOf(k, b, h >> 1), rowsOf(v, b, h >> 1)).flat();
        expect(apart(output.subarray((b * 4 + h) * 30), expected)).toBeLessThan(1e-13);
      }
  });

  test("the causal mask aligns the ends: the last query sees all keys", () => {
    const random = createGenerator(2);
    for (const [queries, keys] of [
      [4, 4],
      [2, 5],
      [5, 2],
    ]) {
      const [q, k, v] = [
        normals(random, 1, 1, queries, 3),
        normals(random, 1, 1, keys, 3),
        normals(random, 1, 1, keys, 2),
      ];
      const { output, weights } = attention(q, k, v, { causal: true, weights: true });
      const expected = naive(rowsOf(q, 0, 0), rowsOf(k, 0, 0), rowsOf(v, 0, 0), (i, j, z) =>
        j <= i + keys - queries ? z : -Infinity,
      );
      expect(apart(output, expected.flat())).toBeLessThan(1e-13);
      for (let i = 0; i < queries; i++)
        for (let j = 0; j < keys; j++)
          expect((weights?.[i * keys + j] ?? -1) > 0).toBe(j <= i + keys - queries);
    }
  });

  test("a hidden key is as good as absent, whatever its numbers", () => {
    const random = createGenerator(3);
    const [q, k, v] = [normals(random, 1, 2, 3, 4), normals(random, 1, 1, 5, 4), normals(random, 1, 1, 5, 4)];
    k.values.fill(1e200, 16);
    const masked = attention(q, k, v, { keyMask: [1, 1, 1, 1, 0] });
    const short = (t: typeof k): AttentionTensor => ({
      values: t.values.subarray(0, 16),
      shape: [1, 1, 4, 4],
    });
    expect(masked.output).toEqual(attention(q, short(k), short(v)).output);
    const bias = tensor([0, 0, 0, 0, -Infinity, 0, 0, 0, 0, -Infinity, 0, 0, 0, 0, -Infinity], 1, 1, 3, 5);
    expect(attention(q, k, v, { bias }).output).toEqual(masked.output);
  });

  test("a query that sees no key has output 0 and gradients 0", () => {
    const random = createGenerator(4);
    const [q, k, v] = [normals(random, 2, 1, 3, 2), normals(random, 2, 1, 4, 2), normals(random, 2, 1, 4, 2)];
    const options = { keyMask: [0, 0, 0, 0, 1, 1, 1, 1], weights: true };
    const { output, logSumExp, weights } = attention(q, k, v, options);
    expect([...output.subarray(0, 6)]).toEqual(Array(6).fill(0));
    expect([...logSumExp.subarray(0, 3)]).toEqual(Array(3).fill(-Infinity));
    expect([...(weights?.subarray(0, 12) ?? [])]).toEqual(Array(12).fill(0));
    const gradient = attentionGradient(q, k, v, normals(random, 2, 1, 3, 2).values, options);
    for (const [numbers, count] of [
      [gradient.query, 6],
      [gradient.key, 8],
      [gradient.value, 8],
    ] as const) {
      expect([...numbers.subarray(0, count)].every((x) => x === 0)).toBe(true);
      expect([...numbers.subarray(count)].some((x) => x !== 0)).toBe(true);
    }
  });

  test("the same constant on all scores of a query changes nothing, and 1000 does not overflow", () => {
    const random = createGenerator(5);
    const [q, k, v] = [normals(random, 1, 2, 3, 4), normals(random, 1, 2, 5, 4), normals(random, 1, 2, 5, 4)];
    const plain = attention(q, k, v).output;
    for (const constant of [1000, -1000])
      expect(
        apart(attention(q, k, v, { bias: tensor(Array<number>(15).fill(constant), 1, 1, 3, 5) }).output, [
          ...plain,
        ]),
      ).toBeLessThan(1e-11);
  });

  test("a low temperature takes the best key, a high one the mean", () => {
    const random = createGenerator(6);
    const [q, k, v] = [normals(random, 1, 1, 1, 4), normals(random, 1, 1, 5, 4), normals(random, 1, 1, 5, 1)];
    const weights = attention(q, k, v, { weights: true }).weights ?? new Float64Array(5);
    const best = v.values[weights.indexOf(weights.reduce((a, b) => Math.max(a, b)))];
    expect(apart(attention(q, k, v, { temperature: 1e-6 }).output, [best])).toBeLessThan(1e-13);
    expect(
      apart(attention(q, k, v, { temperature: 1e9 }).output, [v.values.reduce((a, b) => a + b) / 5]),
    ).toBeLessThan(1e-8);
  });

  test("reordering keys with their values changes nothing but rounding", () => {
    const random = createGenerator(7);
    const [q, k, v] = [normals(random, 1, 1, 2, 3), normals(random, 1, 1, 4, 3), normals(random, 1, 1, 4, 3)];
    const reversed = (t: AttentionTensor) => tensor(rowsOf(t, 0, 0).toReversed().flat(), ...t.shape);
    expect(apart(attention(q, reversed(k), reversed(v)).output, [...attention(q, k, v).output])).toBeLessThan(
      1e-13,
    );
  });
});

describe("attentionGradient", () => {
  const cases: [string, Shape, Shape, AttentionOptions & { biasShape?: Shape }][] = [
    ["one head", [1, 1, 3, 2], [1, 1, 4, 2], {}],
    ["grouped heads and a temperature", [2, 4, 2, 3], [2, 2, 3, 3], { temperature: 1.7 }],
    ["a causal mask and more keys", [1, 2, 3, 2], [1, 1, 5, 2], { causal: true, scale: 0.9 }],
    ["a causal mask and fewer keys", [1, 1, 5, 2], [1, 1, 3, 2], { causal: true }],
    ["a mask of keys", [2, 2, 2, 2], [2, 1, 3, 2], { keyMask: [1, 0, 1, 0, 0, 0] }],
    ["a bias for each head", [2, 2, 3, 2], [2, 1, 4, 2], { biasShape: [2, 2, 3, 4] }],
    ["one bias for all", [2, 2, 3, 2], [2, 1, 4, 2], { biasShape: [1, 1, 3, 4], causal: true }],
  ];

  test.each(cases)(
    "agrees with central differences: %s",
    (_name, shape, keyShape, { biasShape, ...given }) => {
      const random = createGenerator(8);
      const [b, g, keys] = keyShape;
      const [q, k, v] = [
        normals(random, ...shape),
        normals(random, ...keyShape),
        normals(random, b, g, keys, 3),
      ];
      const bias = biasShape && normals(random, ...biasShape);
      const options = bias ? { ...given, bias } : given;
      const slope = normals(random, shape[0], shape[1], shape[2], 3).values;
      const value = () => attention(q, k, v, options).output.reduce((sum, x, i) => sum + x * slope[i], 0);
      const gradient = attentionGradient(q, k, v, slope, options);
      const h = 1e-5;
      for (const [values, own] of [
        [q.values, gradient.query],
        [k.values, gradient.key],
        [v.values, gradient.value],
        ...(bias && gradient.bias ? [[bias.values, gradient.bias] as const] : []),
      ] as const)
        for (let i = 0; i < values.length; i++) {
          const x = values[i];
          values[i] = x + h;
          const up = value();
          values[i] = x - h;
          const down = value();
          values[i] = x;
          expect(own[i]).toBeCloseTo((up - down) / (2 * h), 8);
        }
    },
  );

  test("without a bias there is no gradient of one", () => {
    const one = tensor([1], 1, 1, 1, 1);
    expect(attentionGradient(one, one, one, [1]).bias).toBeNull();
  });
});

describe("attention refuses", () => {
  const of = (...shape: Shape) => tensor(Array<number>(shape.reduce((a, b) => a * b)).fill(1), ...shape);
  const wrong: [string, () => unknown][] = [
    [
      "attention: Q and K must have the same width, got 4 and 3",
      () => attention(of(1, 2, 3, 4), of(1, 2, 5, 3), of(1, 2, 5, 4)),
    ],
    [
      "attention: Q and K must have the same batch, got 1 and 2",
      () => attention(of(1, 2, 3, 4), of(2, 2, 5, 4), of(2, 2, 5, 4)),
    ],
    [
      "attention: K and V must have the same batch, got 1 and 2",
      () => attention(of(1, 2, 3, 4), of(1, 2, 5, 4), of(2, 2, 5, 4)),
    ],
    [
      "attention: K and V must have the same length, got 5 and 6",
      () => attention(of(1, 2, 3, 4), of(1, 2, 5, 4), of(1, 2, 6, 4)),
    ],
    [
      "attention: K and V must have the same heads, got 2 and 1",
      () => attention(of(1, 2, 3, 4), of(1, 2, 5, 4), of(1, 1, 5, 4)),
    ],
    [
      "attention: the heads of K and V must divide those of Q, got 2 and 3",
      () => attention(of(1, 3, 3, 4), of(1, 2, 5, 4), of(1, 2, 5, 4)),
    ],
    [
      "attention: the width of Q must be a whole number ≥ 1, got 0",
      () => attention(of(1, 1, 3, 0), of(1, 1, 5, 0), of(1, 1, 5, 4)),
    ],
    [
      "attention: the length of K must be a whole number ≥ 1, got 0",
      () => attention(of(1, 1, 3, 2), of(1, 1, 0, 2), of(1, 1, 0, 4)),
    ],
    [
      "attention: Q of shape 1 × 1 × 2 × 2 must hold 4 numbers, got 3",
      () => attention(tensor([1, 2, 3], 1, 1, 2, 2), of(1, 1, 2, 2), of(1, 1, 2, 2)),
    ],
    [
      "attention: K must be finite, got NaN at place 1",
      () => attention(of(1, 1, 1, 2), tensor([0, Number.NaN], 1, 1, 1, 2), of(1, 1, 1, 2)),
    ],
    [
      "attention: the scores of Q and K must be finite, or −Infinity to hide a key, got NaN or +Infinity at batch 0, head 1, query 0",
      () => attention(tensor([1, 1e200], 1, 2, 1, 1), tensor([1, 1e200], 1, 2, 1, 1), of(1, 2, 1, 1)),
    ],
    [
      "attention: temperature must be finite and above 0, got 0",
      () => attention(of(1, 1, 1, 2), of(1, 1, 1, 2), of(1, 1, 1, 2), { temperature: 0 }),
    ],
    [
      "attention: scale must be a finite number, got NaN",
      () => attention(of(1, 1, 1, 2), of(1, 1, 1, 2), of(1, 1, 1, 2), { scale: Number.NaN }),
    ],
    [
      "attention: K must be { values, shape: [batch, heads, length, width] }",
      () => Reflect.apply(attention, null, [of(1, 1, 1, 2), Float64Array.of(1, 2), of(1, 1, 1, 2)]),
    ],
    [
      "attention: keyMask must be batch × keys, 1 × 5, got 3 numbers",
      () => attention(of(1, 1, 3, 2), of(1, 1, 5, 2), of(1, 1, 5, 2), { keyMask: [1, 1, 1] }),
    ],
    [
      "attention: keyMask must be 0 or 1, got 2 at batch 0, key 1",
      () => attention(of(1, 1, 3, 2), of(1, 1, 2, 2), of(1, 1, 2, 2), { keyMask: [1, 2] }),
    ],
    [
      "attention: bias and Q must have the same length, got 2 and 3",
      () => attention(of(1, 1, 3, 2), of(1, 1, 5, 2), of(1, 1, 5, 2), { bias: of(1, 1, 2, 5) }),
    ],
    [
      "attention: the rows of bias and K must have the same length, got 4 and 5",
      () => attention(of(1, 1, 3, 2), of(1, 1, 5, 2), of(1, 1, 5, 2), { bias: of(1, 1, 3, 4) }),
    ],
    [
      "attention: bias must have heads 1 or 2, as Q has, got 3",
      () => attention(of(1, 2, 3, 2), of(1, 1, 5, 2), of(1, 1, 5, 2), { bias: of(1, 3, 3, 5) }),
    ],
    [
      "attentionGradient: outputGradient must be as long as the output, 6, got 2",
      () => attentionGradient(of(1, 1, 3, 2), of(1, 1, 5, 2), of(1, 1, 5, 2), [1, 1]),
    ],
  ];
  test.each(wrong)("%s", (sentence, run) => {
    expect(run).toThrow(new InputError(sentence));
  });
});
