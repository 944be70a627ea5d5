export { createBeta, fitBeta, type Beta } from "./beta.ts";
export { createIdentity, type FitStatus, type Fitted, type Identity } from "./calibrator.ts";
export { createCalibrator } from "./create.ts";
export { chooseCalibrator, type CalibratorChoice, type Candidate, type ChooseOptions } from "./choose.ts";
export { fitCalibrator, type ClassCalibrator, type Method } from "./methods.ts";
export { createIsotonic, fitIsotonic, type Isotonic, type IsotonicCurve } from "./isotonic.ts";
export { createPlatt, fitPlatt, type Platt } from "./platt.ts";
export { logitsOfProbabilities } from "./probabilities.ts";
export type { CalibrationOptions } from "./rows.ts";
export { createTemperature, fitTemperature, type Temperature } from "./temperature.ts";
export { createVector, fitVector, type VectorOptions, type VectorScaling } from "./vector.ts";
export {
  chooseLabelCalibrator,
  type ChooseLabelOptions,
  type LabelCalibration,
  type LabelCandidate,
} from "./choose-label-lines.ts";
export { createLabelLines, type LabelLines } from "./label-lines.ts";
