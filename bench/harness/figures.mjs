/**
 * A number read from one round.
 * @typedef {object} Figure
 * @property {string} name whose figure it is
 * @property {string[]} of the contestants it needs
 * @property {(round: Record<string, import("./measure.mjs").Outcome>) => number} read
 */

/**
 * What a bench asks: `what` is the ratio to the peer in each round, our median, or our worst run.
 * @typedef {{ what: "ratio" | "median" | "worst", atLeast?: number, atMost?: number }} Requirement
 */

/**
 * A line of the table.
 * @typedef {object} Question
 * @property {string} job
 * @property {string} unit
 * @property {Figure} ours
 * @property {Figure} [peer]
 * @property {boolean} [higherIsBetter] for rates; the ratio always says how many times better ours is
 * @property {boolean} [sideBySide] two figures whose ratio means nothing
 * @property {Requirement} [required] absent for lines that only inform
 */

/** Cores busy with other work from which a run's times are not to be relied on. */
const tooBusy = 0.25;

/** Whole-process seconds. @returns {Figure} */
export function wall(name) {
  return { name, of: [name], read: (round) => round[name].wallSeconds };
}

/** Peak resident memory in units of 10⁶ bytes. @returns {Figure} */
export function peakMegabytes(name) {
  return { name, of: [name], read: (round) => round[name].peakBytes / 1e6 };
}

/** A figure that a program printed. @returns {Figure} */
export function printed(name, read) {
  return { name, of: [name], read: (round) => read(round[name].output) };
}

/**
 * The answer to one question: medians, extremes, and whether the requirement is met (null if it could not be
 * measured or nothing is required).
 *
 * @param {Question} question
 * @param {{ rounds: Record<string, import("./measure.mjs").Outcome>[], failures: Record<string, string> }} measured
 */
export function answer(question, { rounds, failures }) {
  const { job, unit, ours, peer, higherIsBetter = false, sideBySide = false, required } = question;
  const involved = [...ours.of, ...(peer?.of ?? [])];
  const out = involved.find((name) => failures[name]);
  const others = rounds.flatMap((round) => involved.map((name) => round[name]?.otherCores ?? 0));
  const mine = readAll(ours, rounds, failures);
  const theirs = peer ? readAll(peer, rounds, failures) : null;
  const ratios =
    mine && theirs && !sideBySide
      ? mine.map((x, i) => (higherIsBetter ? x / theirs[i] : theirs[i] / x))
      : null;
  const judged = { ratio: ratios, median: mine, worst: mine }[required?.what];
  return {
    job,
    unit,
    peerName: peer?.name ?? null,
    ours: mine && spread(mine),
    peer: theirs && spread(theirs),
    ratio: ratios && spread(ratios),
    required: required ?? null,
    met: required && judged ? isMet(required, spread(judged), higherIsBetter) : null,
    busy: unit !== "" && Math.max(...others) > tooBusy, // an error or an accuracy does not feel it
    ...(out === undefined ? {} : { notMeasured: `${out}: ${failures[out]}` }),
  };
}

/** The figure in every round, or null when someone it needs did not finish. */
function readAll({ of, read }, rounds, failures) {
  if (of.some((name) => failures[name])) return null;
  const values = rounds.map(read);
  return values.every(Number.isFinite) ? values : null;
}

function isMet(
  { what, atLeast = -Infinity, atMost = Infinity },
  { median: middle, min, max },
  higherIsBetter,
) {
  const value = what !== "worst" ? middle : higherIsBetter ? min : max;
  return value >= atLeast && value <= atMost;
}

/** @returns {{ median: number, min: number, max: number }} */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
