import { stepOutput, stepSupport } from "./net-steps.ts";
import {
  centerIntercepts,
  gapOf,
  netPenalty,
  openNet,
  settleNet,
  subgradientNorm,
  takeNetGradient,
  type ElasticNetData,
  type Net,
} from "./net.ts";

/** Rounds without a gain after which nothing more is to be had in float64. */
const mostIdleRounds = 5;

export interface ElasticNetOptions {
  /** What the duality gap, relative to f, is to reach. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxRounds?: number;
  readonly signal?: { readonly aborted: boolean } | undefined;
}

export interface ElasticNetFit {
  /** λ, of the penalty beside the sum of losses; that of glmnet is λ / Σ s. */
  readonly lambda: number;
  /** outputs × columns weights, then the intercepts, of several outputs with the sum 0. */
  readonly parameters: Float64Array;
  readonly objective: number;
  /** Σ s·loss */
  readonly loss: number;
  /** The duality gap: a proven bound on f − f*. */
  readonly gap: number;
  /** Of the smallest subgradient of f. */
  readonly gradientNorm: number;
  readonly rounds: number;
  readonly nonzeros: number;
  /** 1 − loss / loss of intercepts alone: the share of the deviance that is explained. */
  readonly devianceRatio: number;
  /** stalled: rounding leaves nothing to gain. budget: rounds used up, or stopped. */
  readonly status: "certified" | "stalled" | "budget";
}

/** A model on its way along a path: each λ starts where the one before it ended. */
export interface ElasticNet {
  /** The smallest λ at which all weights are 0, for this α (0.001 at least). */
  readonly largestLambda: number;
  /** The optimum for λ > 0, to the tolerance. */
  fit(lambda: number): ElasticNetFit;
}

/**
 * Minimizes Σ s·loss + λ Σ (α|w| + ½(1 − α)w²) by proximal Newton steps, output by output, each a weighted least squares
 * problem solved by coordinate descent on the columns that may be nonzero.
 *
 * The gap is that of Fenchel duality: Σ s H(q) − Σ (|Xᵀ s(y − q)| − λα)₊² / 2λ(1 − α), with H the entropy, is at most
 * the optimum for all q with Σ s(y − q) = 0. The probabilities at settled intercepts are such a q, and so are those moved
 * towards the labels until |Xᵀ s(y − q)| is at most λα, which serve where there is no quadratic part.
 *
 * @param l1Ratio α in [0, 1]
 * @see Friedman, Hastie & Tibshirani, J. Stat. Software 33 (2010); Tseng & Yun, Math. Programming 117 (2009)
 */
export function openElasticNet(
  data: ElasticNetData,
  l1Ratio: number,
  { tolerance = 1e-8, maxRounds = 2000, signal }: ElasticNetOptions = {},
): ElasticNet {
  const { columns, outputs } = data;
  const net = openNet(data, l1Ratio);
  const nullLoss = settleNet(net);
  takeNetGradient(net);
  return {
    largestLambda: largestLambdaOf(net),
    fit(lambda) {
      let least = Infinity;
      let idle = 0;
      for (let rounds = 0; ; rounds++) {
        const loss = settleNet(net);
        net.objective = loss + netPenalty(net, lambda);
        const before = net.objective;
        takeNetGradient(net);
        const gap = gapOf(net, lambda, before);
        idle = gap < 0.9 * least ? 0 : idle;
        least = Math.min(least, gap);
        const isProven = gap <= tolerance * before;
        const isOver = rounds >= maxRounds || signal?.aborted === true;
        if (isProven || isOver || idle >= mostIdleRounds) {
          centerIntercepts(net);
          const { parameters } = net;
          return {
            lambda,
            parameters: parameters.slice(),
            objective: before,
            loss,
            gap,
            gradientNorm: subgradientNorm(net, lambda),
            rounds,
            nonzeros: parameters.subarray(0, outputs * columns).reduce((sum, w) => sum + Number(w !== 0), 0),
            devianceRatio: 1 - loss / nullLoss,
            status: isProven ? "certified" : isOver ? "budget" : "stalled",
          };
        }
        for (let k = 0; k < outputs; k++) stepOutput(net, k, lambda, 1e-3 * tolerance * before);
        for (let step = 0; step < 10 && stepSupport(net, lambda); step++);
        idle = net.objective < before * (1 - 1e-15) ? 0 : idle + 1;
      }
    },
  };
}

/** From the gradient where all weights are 0. */
function largestLambdaOf({ data: { outputs, columns, l1Factors }, l1Ratio, gradient }: Net): number {
  let largest = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < columns; j++, at++)
      largest = Math.max(largest, Math.abs(gradient[at]) / (Math.max(l1Ratio, 1e-3) * l1Factors[j]));
  return largest;
}
