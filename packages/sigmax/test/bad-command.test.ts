import { describe, expect, test } from "vitest";
import { refusalWith } from "./run.ts";

describe("the command line", () => {
  test.concurrent.each([
    [["trian", "iris"], 'there is no command "trian"; did you mean "train"?'],
    [["tran", "iris"], 'there is no command "tran"; did you mean "train"?'],
    [["fashion"], 'there is no command "fashion"; sigmax --help lists them'],
    [
      ["--json", "train"],
      "there is no option --json before the command; sigmax <command> --help lists the options",
    ],
    [["train"], "the source is missing; --help shows an example"],
    [["evaluate"], "the model is missing; --help shows an example"],
    [["evaluate", "x.sigmax"], "the source is missing; --help shows an example"],
    [["train", "iris", "digits"], "expected 1 argument, got one more: digits"],
    [["train", "iris", "--epoch", "3"], 'there is no option --epoch; did you mean "--epochs"?'],
    [
      ["train", "iris", "--lerning-rate", "1"],
      'there is no option --lerning-rate; did you mean "--learning-rate"?',
    ],
    [["train", "iris", "--rows", "all"], "there is no option --rows; --help lists them"],
    [["train", "iris", "-e", "3"], "there is no option -e; --help lists them"],
    [["train", "iris", "--epochs"], "--epochs: needs a value behind it"],
    [["train", "iris", "--seed", "1", "--seed", "2"], "--seed: given twice, 1 and 2"],
    [["train", "iris", "--quiet=4"], "--quiet: takes no value but true or false, got 4"],
    [["train", "iris", "--preset", "dl2"], "--preset: expected d2l, got dl2"],
    [["train", "iris", "--batch", "-1"], "--batch: expected a whole number, 1 or more, got -1"],
    [["train", "iris", "--batch", "2.5"], "--batch: expected a whole number, 1 or more, got 2.5"],
    [["train", "iris", "--epochs", "0"], "--epochs: expected a whole number, 1 or more, got 0"],
    [["train", "iris", "--l2", "-1"], "--l2: expected 0, a positive number or auto, got -1"],
    [["train", "iris", "--learning-rate", "0"], "--learning-rate: expected a positive number, got 0"],
    [["train", "iris", "--momentum", "1"], "--momentum: expected a number from 0 to below 1, got 1"],
    [["train", "iris", "--seed", "x"], "--seed: expected a whole number, 0 or more, got x"],
    [["train", "iris", "--dropout", "1"], "--dropout: expected a share from 0 to below 1, got 1"],
    [
      ["train", "iris", "--solver", "adm"],
      "--solver: expected auto, sgd, adam, adamw, newton, lbfgs, got adm",
    ],
    [
      ["train", "iris", "--hidden", "8:rleu"],
      '--hidden: there is no activation "rleu"; did you mean "relu"?',
    ],
    [
      ["train", "iris", "--hidden", "0:relu"],
      '--hidden: layer 1 must have a whole number of units from 1 to 16777216, got "0:relu"',
    ],
    [
      ["train", "iris", "--hidden", "8:maxout1"],
      '--hidden: maxout is the largest of 2 to 64 pieces, got "maxout1"; one piece is no choice, which is identity',
    ],
    [
      ["train", "iris", "--dropout", "0.5"],
      "--dropout is an option of hidden layers, and there are none; give --hidden, or leave it out",
    ],
    [
      ["train", "iris", "--hidden", "8:relu", "--solver", "lbfgs"],
      "--hidden is an option of sgd, adam and adamw, not of lbfgs",
    ],
    [["train", "iris", "--threads", "0"], "--threads: expected a whole number, 1 or more, got 0"],
    [
      ["train", "iris", "--split", "0.5/0.6"],
      "--split: expected shares that sum to 1, train/test (0.8/0.2) or train/calibrate/guarantee/test (0.7/0.1/0.1/0.1), or none; got 0.5/0.6",
    ],
    [
      ["train", "iris", "--classes", "a,a"],
      "--classes: expected two or more different names with commas between, got a,a",
    ],
    [["train", "iris", "--classes", "a,b,c"], "--classes: iris names its own classes"],
    [["train", "iris", "--target", "petal"], '--target: the target of iris is "species", got "petal"'],
    [
      ["evaluate", "x.sigmax", "iris", "--rows", "some"],
      "--rows: expected test, calibrate, guarantee, train, validate, all, got some",
    ],
  ])("sigmax %j is refused", async (args, sentence) => {
    expect(await refusalWith({}, ...args)).toBe(sentence);
  });
});

describe("the name of a source", () => {
  test.concurrent.each([
    ["irs", 'irs: there is no such file and no such data set; did you mean "iris"?'],
    [
      "fashon-mnist",
      'fashon-mnist: there is no such file and no such data set; did you mean "fashion-mnist"?',
    ],
    [
      "flowers",
      "flowers: there is no such file and no such data set; the data sets are fashion-mnist, digits, iris, breast-cancer",
    ],
    ["flowers.csv", "flowers.csv: there is no such file"],
    ["x-images-idx3-ubyte", "x-images-idx3-ubyte: there is no such file"],
    ["iris:test", 'iris:test: iris has no parts, got "test"'],
    [
      "fashion-mnist:tset",
      'fashion-mnist:tset: fashion-mnist has the parts fashion-mnist:train and fashion-mnist:test, got "tset"',
    ],
    [
      ".",
      '.: expected a .csv, .tsv, .jsonl, .parquet, .npy or .npz, or an IDX file whose name has "idx" or "ubyte" in it',
    ],
  ])("%s is refused", async (source, sentence) => {
    expect(await refusalWith({}, "train", source)).toBe(sentence);
  });
});

describe("a loss that stops being a number ends the run", () => {
  test.concurrent.each([
    [["--learning-rate", "1e38"], "the learning rate 1e38 is too high, try --learning-rate 0.1"],
    [["--learning-rate", "1e300"], "the learning rate 1e300 is too high, try --learning-rate 0.1"],
    [
      ["--solver", "sgd", "--l2", "1e30"],
      "the penalty 1e30 is too strong for the learning rate 0.1, try --l2 1",
    ],
  ])("%j", async (options, cause) => {
    const said = await refusalWith(
      { "iris.sigmax": "precious", "iris.html": "too" },
      "train",
      "iris",
      ...options,
    );
    expect(said).toBe(`the loss stopped being a number in epoch 1, so nothing was written: ${cause}`);
  });
});
