import { describe, expect, test } from "vitest";
import { attention } from "../../functions/index.ts";
import { createKernels, createTape } from "../../kernels/index.ts";
import { createGenerator } from "../../random/index.ts";
import { countParameters } from "./layer.ts";
import { createLayer } from "./layers.ts";
import { patchOrder } from "./patches.ts";
import { sinusoids } from "./positions.ts";
import type { LayerSettings } from "./settings.ts";

const generator = createGenerator(2);
const [tokens, width, heads] = [5, 8, 2];

/** What a layer makes of one row, with its parameters. */
function outputOf(settings: LayerSettings, row: Float32Array) {
  const layer = createLayer(settings);
  const tape = createTape();
  const input = tape.block(layer.inputs);
  const { output } = layer.record(tape, input, false);
  const parameters = Float32Array.from({ length: countParameters(layer.arrays) }, () => generator.normal());
  const found = new Float32Array(layer.outputs);
  const program = tape.finish({ input, logits: output });
  createKernels().createNetworkPass(program, parameters).run(row, 1, 1, found);
  return { found, parameters };
}

const row = Float32Array.from({ length: tokens * width }, () => generator.normal());

/** W x + b of each token. */
function project(x: ArrayLike<number>, weights: Float32Array, bias: Float32Array): number[] {
  return Array.from({ length: tokens * bias.length }, (_, at) => {
    const [t, k] = [Math.floor(at / bias.length), at % bias.length];
    let sum = bias[k];
    for (let c = 0; c < width; c++) sum += weights[k * width + c] * x[t * width + c];
    return sum;
  });
}

describe("self-attention", () => {
  test("is the public function on projected tokens, projected again", () => {
    const { found, parameters } = outputOf({ kind: "self-attention", tokens, width, heads }, row);
    const cut = (start: number, length: number): Float32Array => parameters.subarray(start, start + length);
    const inner = 3 * width * width;
    const projected = project(row, cut(0, inner), cut(inner, 3 * width));
    const d = width / heads;
    const part = (place: number) => ({
      values: Float64Array.from({ length: tokens * width }, (_, at) => {
        const [h, t, c] = [Math.floor(at / (tokens * d)), Math.floor(at / d) % tokens, at % d];
        return projected[(3 * t + place) * width + h * d + c];
      }),
      shape: [1, heads, tokens, d] as const,
    });
    const { output } = attention(part(0), part(1), part(2));
    const mixed = Float64Array.from({ length: tokens * width }, (_, at) => {
      const [t, h, c] = [Math.floor(at / width), Math.floor((at % width) / d), at % d];
      return output[(h * tokens + t) * d + c];
    });
    const last = inner + 3 * width;
    const expected = project(mixed, cut(last, width * width), cut(last + width * width, width));
    expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
  });

  test("does not know the order of tokens: it gives the same in another order", () => {
    const settings: LayerSettings = { kind: "self-attention", tokens, width, heads };
    const turned = Float32Array.from(
      row,
      (_, at) => row[(tokens - 1 - Math.floor(at / width)) * width + (at % width)],
    );
    const layer = createLayer(settings);
    const parameters = new Float32Array(countParameters(layer.arrays));
    layer.initialize(parameters, createGenerator(1));
    const [forth, back] = [row, turned].map((own) => {
      const tape = createTape();
      const input = tape.block(layer.inputs);
      const { output } = layer.record(tape, input, false);
      const found = new Float32Array(layer.outputs);
      createKernels()
        .createNetworkPass(tape.finish({ input, logits: output }), parameters)
        .run(own, 1, 1, found);
      return found;
    });
    forth.forEach((value, at) =>
      expect(back[(tokens - 1 - Math.floor(at / width)) * width + (at % width)]).toBeCloseTo(value, 5),
    );
  });
});

describe("attention pooling", () => {
  test("of equal tokens is that token", () => {
    const same = Float32Array.from(row, (_, at) => row[at % width]);
    const { found } = outputOf({ kind: "attention-pooling", tokens, width, heads }, same);
    found.forEach((value, c) => expect(value).toBeCloseTo(row[c], 5));
  });

  test("takes the token that its query scores far above the others", () => {
    const layer = createLayer({ kind: "attention-pooling", tokens: 2, width: 2, heads: 1 });
    const tape = createTape();
    const input = tape.block(4);
    const { output } = layer.record(tape, input, false);
    const found = new Float32Array(2);
    createKernels()
      .createNetworkPass(tape.finish({ input, logits: output }), Float32Array.of(100, 0))
      .run(Float32Array.of(1, 7, 2, 9), 1, 1, found);
    expect([...found]).toEqual([2, 9]);
  });
});

describe("patches", () => {
  test("go from left to right and then down, their pixels row by row", () => {
    expect([...patchOrder({ height: 2, width: 4, patch: 2 })]).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
  });
});

describe("sinusoidal positions", () => {
  test("are the sines and cosines of the formula", () => {
    const found = sinusoids(40, 6);
    for (let t = 0; t < 40; t++)
      for (let i = 0; i < 3; i++) {
        const angle = t / 10_000 ** ((2 * i) / 6);
        expect(found[t * 6 + 2 * i]).toBeCloseTo(Math.sin(angle), 6);
        expect(found[t * 6 + 2 * i + 1]).toBeCloseTo(Math.cos(angle), 6);
      }
  });
});
