/** Probabilities of one row and of 10,000, in Sigmax, through the public API. Prints one JSON object. */
import { fitClassifier } from "@sigmax/core";

const columns = 784;
const count = 10_000;
const values = Float32Array.from({ length: count * columns }, (_, i) => ((i * 7919) % 256) / 255);
const indices = Int32Array.from({ length: count }, (_, i) => i % 10);
const features = { rows: count, columns, values };
const labels = { classes: [..."0123456789"], indices };
const floats = await fitClassifier({ features, labels }, { epochs: 1, scaling: 1 });
const bytes = await fitClassifier(
  { features: { rows: count, columns, values: Uint8Array.from(values, (v) => 255 * v) }, labels },
  { epochs: 1, scaling: 255 },
);

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** Median microseconds of a call, over 400 batches of 50, each call with another row. */
function microseconds(call) {
  const times = [];
  let sum = 0;
  for (let batch = -100; batch < 400; batch++) {
    const begun = performance.now();
    for (let i = 0; i < 50; i++) sum += call(i)[3];
    if (batch >= 0) times.push((performance.now() - begun) * 20);
  }
  if (!(sum > 0)) throw new Error("no probabilities came");
  return median(times);
}

const floatRows = Array.from({ length: 50 }, (_, i) => values.slice(i * columns, (i + 1) * columns));
const byteRows = floatRows.map((row) => Uint8Array.from(row, (v) => 255 * v));
const milliseconds = [];
for (let i = -4; i < 15; i++) {
  const begun = performance.now();
  floats.predict(features);
  if (i >= 0) milliseconds.push(performance.now() - begun); // the peer has as many calls to warm up
}
process.stdout.write(
  `${JSON.stringify({
    rowMicroseconds: microseconds((i) => floats.probabilities(floatRows[i])),
    byteRowMicroseconds: microseconds((i) => bytes.probabilities(byteRows[i])),
    milliseconds: median(milliseconds),
  })}\n`,
);
