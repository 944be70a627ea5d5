export { createBeta, fitBeta, type Beta } from "./beta.ts";
export { createIdentity, type FitStatus, type Fitted, type Identity } from "./calibrator.ts";
export { createCalibrator } from "./create.ts";
export {
  chooseCalibrator,
  fitCalibrator,
  type CalibratorChoice,
  type Candidate,
  type ChooseOptions,
  type Method,
} from "./choose.ts";
export { createIsotonic, fitIsotonic, type Isotonic, type IsotonicCurve } from "./isotonic.ts";
export { createPlatt, fitPlatt, type Platt } from "./platt.ts";
export { logitsOfProbabilities } from "./probabilities.ts";
export type { CalibrationOptions } from "./rows.ts";
export { createTemperature, fitTemperature, type Temperature } from "./temperature.ts";
export { createVector, fitVector, type VectorOptions, type VectorScaling } from "./vector.ts";
