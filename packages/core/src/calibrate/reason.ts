import type { Candidate } from "./choose.ts";

/** Why this candidate was chosen, in words. */
export function reasonFor(chosen: Candidate, candidates: readonly Candidate[]): string {
  const best = candidates.find(({ excess }) => excess === 0) ?? chosen;
  const identity = candidates.find(({ kind }) => kind === "identity") ?? chosen;
  const parts =
    chosen === identity ? [leftAlone(identity, best)] : [taken(chosen, identity), simpler(chosen, best)];
  return [...parts, ...candidates.map((each) => warning(each, chosen))]
    .filter((part) => part !== "")
    .join("; ");
}

function leftAlone(identity: Candidate, best: Candidate): string {
  if (best === identity)
    return `the model is left as it is: no method lowers its held-out log-loss of ${figure(identity.logLoss)}`;
  return `the model is left as it is: the best method, ${best.kind}, lowers the held-out log-loss of ${figure(identity.logLoss)} by ${figure(identity.excess)} only, within one standard error (${figure(identity.excessError)})`;
}

function taken(chosen: Candidate, identity: Candidate): string {
  return `${chosen.kind}: held-out log-loss ${figure(chosen.logLoss)}, and ${figure(identity.logLoss)} without calibration`;
}

function simpler(chosen: Candidate, best: Candidate): string {
  if (chosen === best) return "no simpler method is within one standard error of it";
  return `${best.kind} reaches ${figure(best.logLoss)}, which is within one standard error (${figure(chosen.excessError)}), with ${best.parameterCount} numbers instead of ${chosen.parameterCount}`;
}

/** What to know of a method that was not chosen: not tried, or a Brier score, which forgives certain mistakes, that says otherwise. */
function warning(candidate: Candidate, chosen: Candidate): string {
  const { kind, logLoss, brier, refusal } = candidate;
  if (refusal !== null) return `${kind} was not tried: ${refusal}`;
  if (candidate === chosen || logLoss === null || brier === null) return "";
  if (logLoss === Infinity)
    return `${kind} gave probability 0 to classes that came true, so its log-loss is infinite, with a Brier score of ${figure(brier)} against ${figure(chosen.brier)}`;
  if (brier < (chosen.brier ?? 0) && logLoss > (chosen.logLoss ?? 0) + (candidate.excessError ?? 0))
    return `${kind} has the lower Brier score (${figure(brier)} against ${figure(chosen.brier)}) but the higher log-loss (${figure(logLoss)})`;
  return "";
}

/** Four digits. */
function figure(value: number | null): string {
  if (value === null) return "unknown";
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "infinity";
}
