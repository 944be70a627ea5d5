import type { FitProgress } from "@sigmax/core";
import type { LinearLayer } from "@sigmax/core/kernels";
import type { Body } from "@sigmax/core/model";

/** A model's parameters after an epoch. */
export interface Snapshot {
  readonly layer: LinearLayer;
  readonly body: Body | null;
}

/** As many as the report's curves can show, and as many bytes as nobody misses. */
const mostSnapshots = 200;
const mostBytes = 2 ** 28;

/** Keeps that of an epoch, counted from 1, where the curves will show it. */
export function keepSnapshot(
  output: Snapshot[],
  epoch: number,
  epochs: number,
  { layer, body }: Pick<FitProgress, "layer" | "body">,
): void {
  const known = output.find((each) => each !== undefined) ?? { layer: layer(), body: body() };
  const most = Math.max(2, Math.min(mostSnapshots, Math.floor(mostBytes / Math.max(1, bytesOf(known)))));
  if ((epochs - epoch) % Math.ceil(epochs / most) !== 0) return;
  output[epoch - 1] = { layer: layer(), body: body() };
}

function bytesOf({ layer, body }: Snapshot): number {
  return 4 * (layer.weights.length + layer.bias.length + (body?.parameters.length ?? 0));
}
