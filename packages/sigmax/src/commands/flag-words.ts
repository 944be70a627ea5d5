/** "learningRate" as it is written in a command line. */
export function withDashes(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The library's options that the command line calls otherwise. */
const renamed: Readonly<Record<string, string>> = {
  chooseL2: "--l2 auto",
  classWeights: "--class-weight",
  sampleWeights: "--weights",
};

const options =
  /\b(chooseL2|classWeights|sampleWeights|l1Ratio|penaltyUnits|learningRate|stepEpochs|stepFactor|warmUp|layerNorm|weightDecay|clipNorm|labelSmoothing|minTexts|maxShare|maxTerms)\b/g;
/** Words of plain English, or of columns: options only where a sentence begins with them. */
const plainOptions =
  /^(solver|head|epochs|batch|schedule|momentum|tolerance|covariance|positive|l2|hidden|body|tokens|heads|width|depth|positions|initialization|dropout|residual|nesterov|patience|validate|class(?= must))\b/;

/** What a checkpoint of another run is refused with, before the option that differs. */
const anotherRun = "checkpoint: it is of another run: ";

/** A sentence of the library with its options as a command line writes them: "l1Ratio must be …" is "--l1-ratio must be …". */
export function inFlags(sentence: string): string {
  const [, where, rest] =
    /^(fitClassifier|crossValidate|compareFits|evaluate|folds|fitConformal|chooseCalibrator|fitCalibrator|fitSelective|decide|text|attentionOf): (.*)$/s.exec(
      sentence,
    ) ?? [];
  if (rest === undefined)
    return sentence.startsWith(anotherRun) ? anotherRun + named(sentence.slice(anotherRun.length)) : sentence;
  const flag = where === "folds" ? "--folds: " : where === "fitConformal" ? "--coverage: " : "";
  return named(`${flag}${rest}`)
    .replace(/\bgive hidden\b/, "give --hidden")
    .replace(/\bgive (body|schedule): "(\w+)"/, "give --$1 $2")
    .replace(/\btolerance(?= one of the exact)/, "--tolerance")
    .replaceAll(/\bl2 (= )?(?=\d|is )/g, "--l2 ");
}

function named(sentence: string): string {
  return sentence
    .replace(plainOptions, withDashes)
    .replaceAll(options, (name) => renamed[name] ?? withDashes(name));
}
