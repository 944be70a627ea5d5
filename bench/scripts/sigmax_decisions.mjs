/** From scores to decisions on a million rows, through the public API. Prints seconds as one JSON object. */
import { chooseCalibrator, fitIsotonic, fitTemperature } from "@sigmax/core/calibrate";
import { fitConformal } from "@sigmax/core/conformal";
import { decide, readPolicy } from "@sigmax/core/decide";
import { expectedCalibrationError } from "@sigmax/core/evaluate";
import { softmaxHead } from "@sigmax/core/model";
import { readScores } from "./decisions_task.mjs";

const { logits, labels } = readScores(process.argv[2]);
const { rows } = logits;
const repeats = 3;

/** The median of some calls, in seconds, and what the last gave. */
function timed(work, times = repeats) {
  const seconds = [];
  let result;
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    result = work();
    seconds.push((performance.now() - begun) / 1000);
  }
  return { seconds: seconds.toSorted((a, b) => a - b)[times >> 1], result };
}

/** The last class against the rest, as two classes whose log-odds are its logit. */
function binaryScores() {
  const values = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) values[2 * row + 1] = logits.values[10 * row + 9];
  return {
    scores: { rows, columns: 2, values, unit: "logits" },
    truth: { classes: ["rest", "9"], indices: labels.indices.map((label) => (label === 9 ? 1 : 0)) },
  };
}

const probabilities = softmaxHead.probabilities(logits);
const ece = timed(() => expectedCalibrationError(probabilities, labels));
const { scores, truth } = binaryScores();
const isotonic = timed(() => fitIsotonic(scores, truth));
const lac = timed(() => fitConformal(probabilities, labels));
const sets = timed(() => lac.result.sets(probabilities));
const temperature = timed(() => fitTemperature(logits, labels));

const costs = Object.fromEntries(
  labels.classes.map((name) => [
    `say ${name}`,
    Object.fromEntries(labels.classes.map((k) => [k, k === name ? 0 : 1])),
  ]),
);
const policy = readPolicy({ costs: { ...costs, refer: 0.3 } }, labels.classes);
const decisions = timed(() => decide(policy, { probabilities, sets: sets.result.members }));

const whole = timed(() => {
  const { calibrator } = chooseCalibrator(logits, labels);
  const calibrated = softmaxHead.probabilities(calibrator.apply(logits));
  return { kind: calibrator.kind, sets: fitConformal(calibrated, labels).sets(calibrated) };
}, 1);

const size = sets.result.members.reduce((sum, member) => sum + member, 0) / rows;
process.stdout.write(
  `${JSON.stringify({
    ece: ece.seconds,
    isotonic: isotonic.seconds,
    lac: lac.seconds + sets.seconds,
    temperature: temperature.seconds,
    decisionsPerSecond: rows / decisions.seconds,
    whole: whole.seconds,
    results: { ece: ece.result, size, beta: temperature.result.beta, kind: whole.result.kind },
  })}\n`,
);
