export { activate, activateGradient, type Shape } from "./ops/activate.ts";
export { add } from "./ops/add.ts";
export { arrange } from "./ops/arrange.ts";
export { selfAttention, selfAttentionGradient, type Heads } from "./ops/attention.ts";
export { dense, denseGradient, denseInput } from "./ops/dense.ts";
export { dropout } from "./ops/dropout.ts";
export { gather } from "./ops/gather.ts";
export { layerNorm, layerNormGradient, type LayerNorm } from "./ops/layer-norm.ts";
export { sigmoidLoss, softmaxLoss } from "./ops/loss.ts";
export { wideSoftmaxLoss } from "./ops/wide-loss.ts";
export { maxout, maxoutGradient } from "./ops/maxout.ts";
export { poolTokens, poolTokensGradient, type PoolTokens } from "./ops/pool.ts";
export { addPositions, positionsGradient, type Positions } from "./ops/positions.ts";
export { softmaxRows, softmaxRowsGradient, sparsemaxRows, sparsemaxRowsGradient } from "./ops/simplex.ts";
export { spread, spreadGradient } from "./ops/spread.ts";
export { createPlainNetwork, type PlainNetwork, type PlainNetworkData } from "./plain.ts";
export {
  createTape,
  type Block,
  type NetworkPass,
  type NetworkRun,
  type NetworkRunData,
  type NetworkStepOptions,
  type Op,
  type Program,
  type Stretch,
  type Tape,
} from "./tape.ts";
