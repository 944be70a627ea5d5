import { accuracy, logLoss } from "@sigmax/core/evaluate";
import { createClassifier } from "@sigmax/core/model";
import type { Reported } from "./build.ts";
import type { ReportData } from "./data.ts";

/** Training curves, and beside them the test rows measured with the weights after each epoch. */
export function epochCurves({ model, tested, evaluatedOn, trained }: Reported): ReportData["history"] {
  return model.training.history.map((record, i) => {
    const point = { epoch: record.epoch, trainLoss: record.loss, trainAccuracy: record.accuracy };
    const layer = trained?.layers[i];
    if (evaluatedOn !== "test" || trained === undefined || layer === undefined) return point;
    const logits = createClassifier({ ...model, layers: [layer] }, trained.kernels).logits(tested.data);
    return {
      ...point,
      testLoss: logLoss(logits, tested.labels),
      testAccuracy: accuracy(logits, tested.labels),
    };
  });
}
