import { activationLayer } from "./activation.ts";
import { attentionPoolingLayer } from "./attention-pooling.ts";
import { denseLayer } from "./dense.ts";
import { dropoutLayer } from "./dropout.ts";
import { layerNormLayer } from "./layer-norm.ts";
import type { NetworkLayer } from "./layer.ts";
import { maxoutLayer } from "./maxout.ts";
import { patchesLayer } from "./patches.ts";
import { positionsLayer } from "./positions.ts";
import { residualLayer } from "./residual.ts";
import type { LayerSettings } from "./settings.ts";
import { selfAttentionLayer } from "./self-attention.ts";
import { simplexLayer } from "./simplex.ts";
import { spreadLayer } from "./spread.ts";

/** The layer that its settings say. */
export function createLayer(settings: LayerSettings): NetworkLayer {
  switch (settings.kind) {
    case "dense":
      return denseLayer(settings);
    case "activation":
      return activationLayer(settings);
    case "maxout":
      return maxoutLayer(settings);
    case "simplex":
      return simplexLayer(settings);
    case "dropout":
      return dropoutLayer(settings);
    case "layer-norm":
      return layerNormLayer(settings);
    case "patches":
      return patchesLayer(settings);
    case "spread":
      return spreadLayer(settings);
    case "positions":
      return positionsLayer(settings);
    case "self-attention":
      return selfAttentionLayer(settings);
    case "attention-pooling":
      return attentionPoolingLayer(settings);
    case "residual":
      break;
  }
  return residualLayer(settings.units, settings.layers.map(createLayer));
}
