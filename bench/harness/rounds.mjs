import { measure } from "./measure.mjs";

/**
 * One program in a bench.
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string[]} [command] prints one JSON object; absent when it cannot run here
 * @property {Record<string, string | undefined>} [env]
 * @property {string} [missing] why it cannot run here, in one sentence
 * @property {boolean} [skipWarmUp] its first run counts: for those that take long and warm up inside
 * @property {boolean} [once] it takes minutes: run in the first round alone, its figures hold for all of them
 * @property {number} [limitSeconds] after which it is ended; default 600
 * @property {(output: any) => string | undefined} [complaint] what is wrong with its answer, if anything
 */

/**
 * Runs the contestants in turn, A B C A B C …, so that a machine that changes its speed changes it for all. One
 * round more than `repeats` is run: the first only warms up. Who fails once is out, with the reason.
 *
 * @param {Contestant[]} contestants
 * @param {number} repeats
 * @param {(line: string) => void} log
 * @returns {Promise<{ rounds: Record<string, import("./measure.mjs").Outcome>[], failures: Record<string, string> }>}
 */
export async function runRounds(contestants, repeats, log) {
  const rounds = [];
  const failures = {};
  for (const { name, missing } of contestants) if (missing) failures[name] = missing;
  for (let round = 0; round <= repeats; round++) {
    const outcomes = {};
    for (const contestant of contestants) {
      const { name } = contestant;
      if (failures[name] || (round === 0 && (contestant.skipWarmUp || contestant.once))) continue;
      if (round > 1 && contestant.once) {
        outcomes[name] = rounds[0][name];
        continue;
      }
      const place = round === 0 ? "warming up" : `round ${round} of ${repeats}`;
      try {
        const outcome = await measure(contestant);
        const complaint = contestant.complaint?.(outcome.output);
        if (complaint) throw new Error(complaint);
        outcomes[name] = outcome;
        log(`${place}: ${name}, ${outcome.wallSeconds.toFixed(2)} s`);
      } catch (error) {
        failures[name] = error.message;
        log(`${place}: ${name} is out: ${error.message}`);
      }
    }
    if (round > 0) rounds.push(outcomes);
  }
  return { rounds, failures };
}
