import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { download } from "./download.ts";
import { cacheFolder, fashionFiles, fashionFolders, hasFashionFiles } from "./fashion-files.ts";
import { readIdxPair, type IdxRows } from "./idx.ts";
import { pixelNames } from "./pixels.ts";
import type { Rows } from "./source.ts";
import type { TableOptions } from "./table.ts";

/** A data set that has a name of its own. */
export interface Dataset {
  readonly name: string;
  readonly about: string;
  readonly rows: string;
  readonly classes: string;
  readonly license: string;
  readonly origin: string;
  /** Where it is on this machine, or null. */
  locate(): string | null;
  /**
   * @param part "train" or "test" where the data set brings its own split
   * @param options of a table; others have none
   */
  open(part: "train" | "test" | undefined, options: TableOptions): Promise<Rows>;
}

const fashionClasses = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

const fashionPublisher = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
const fashionPackage = "dataset-fashion-mnist";

const fashionMnist: Dataset = {
  name: "fashion-mnist",
  about: "28 × 28 pictures of clothes",
  rows: "60,000 + 10,000 × 784",
  classes: "10",
  license: "MIT",
  origin: "Zalando SE (2017), Debian package dataset-fashion-mnist",
  locate: () => fashionFolders().find(hasFashionFiles) ?? null,
  async open(part) {
    const folder = fashionFolders().find(hasFashionFiles) ?? (await downloadFashion());
    const pair = (prefix: string) => ({
      images: join(folder, `${prefix}-images-idx3-ubyte.gz`),
      labels: join(folder, `${prefix}-labels-idx1-ubyte.gz`),
    });
    // Both at once: the test rows inflate beside the training rows.
    const wanted = part === undefined ? (["train", "test"] as const) : [part];
    const read = await Promise.all(
      wanted.map((name) => readIdxPair(pair(name === "train" ? "train" : "t10k"), name, fashionClasses)),
    );
    return imageSource(part ? `fashion-mnist:${part}` : "fashion-mnist", "article", 255, read);
  },
};

const digits: Dataset = {
  name: "digits",
  about: "8 × 8 pictures of handwritten digits, pixels 0 to 16",
  rows: "1,797 × 64",
  classes: "10",
  license: "CC BY 4.0",
  origin: "UCI, Alpaydin & Kaynak (1998); ships with Sigmax",
  locate: () => shipped("digits-images-idx3-ubyte.gz"),
  async open() {
    const images = shipped("digits-images-idx3-ubyte.gz");
    const pair = { images, labels: shipped("digits-labels-idx1-ubyte.gz") };
    return imageSource("digits", "digit", 16, [await readIdxPair(pair, "all")]);
  },
};

const iris = shippedTable("iris", "species", ["setosa", "versicolor", "virginica"], {
  about: "flowers of three species, four lengths",
  rows: "150 × 4",
  license: "CC BY 4.0",
  origin: "Fisher (1936); ships with Sigmax",
});

const breastCancer = shippedTable("breast-cancer", "diagnosis", ["malignant", "benign"], {
  about: "cell nuclei of breast tumours (Wisconsin, diagnostic)",
  rows: "569 × 30",
  license: "CC BY 4.0",
  origin: "UCI, Wolberg et al. (1995); ships with Sigmax",
});

export const datasets: readonly Dataset[] = [fashionMnist, digits, iris, breastCancer];

function shippedTable(
  name: string,
  target: string,
  classes: readonly string[],
  facts: Pick<Dataset, "about" | "rows" | "license" | "origin">,
): Dataset {
  const path = shipped(`${name}.csv`);
  return {
    ...facts,
    name,
    classes: String(classes.length),
    locate: () => path,
    async open(_part, options) {
      const { openTable } = await import("./table.ts");
      return openTable(path, name, { ...options, target, classes });
    },
  };
}

function shipped(file: string): string {
  return fileURLToPath(new URL(`../../data/${file}`, import.meta.url));
}

function imageSource(name: string, target: string, scale: number, read: readonly IdxRows[]): Rows {
  const [{ image }] = read;
  return {
    name,
    target,
    columns: pixelNames(image),
    image,
    scale,
    doubts: [],
    parts: read.map(({ part }) => part),
  };
}

/** From the publisher into the cache folder. */
async function downloadFashion(): Promise<string> {
  const folder = join(cacheFolder(), "fashion-mnist");
  await download({
    name: "fashion-mnist",
    publisher: fashionPublisher,
    files: fashionFiles,
    folder,
    otherWays: `on Debian, apt-get install ${fashionPackage}; elsewhere, put ${Object.keys(fashionFiles).join(", ")} into ${folder}`,
  });
  return folder;
}
