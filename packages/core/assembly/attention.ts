import { addTransposed, packPanels, packTransposed, unpackRows } from "./attention-pack";
import { addFar, addNear, scaleAndAddNear, storeNear, TILE_BYTES } from "./attention-tiles";
import { near4 } from "./elementary";

export { heapBase } from "./heap";

/** Keys and queries of a tile of scores: it stays in the first-level cache. A row of the tile is a key. */
const KEYS: i32 = 64;
const QUERIES: i32 = 32;
/** The running maximum before any score: finite, so that −∞ less it is −∞, and a row that sees nothing needs no care. */
const LOWEST: f32 = -3.4028234663852886e38;
/** Weights below e^−64 of the largest are exactly 0: their products never are subnormal numbers, which take many times as long. */
const FAINT: f32 = -64;

/**
 * softmax(scale · Q Kᵀ + bias) V and its gradients, as its owner lays it out in memory; each field is four bytes, in this
 * order. Strides are in bytes; a gradient lies as its tensor does.
 */
@unmanaged
export class Attention {
  batch: i32;
  heads: i32;
  keyHeads: i32; // divides heads
  queries: i32;
  keys: i32;
  width: i32;
  valueWidth: i32;
  causal: u32; // whether query i sees keys up to i + keys − queries only
  scale: f32;
  one: f32; // 1
  query: usize;
  queryBatch: usize;
  queryHead: usize;
  queryRow: usize;
  key: usize;
  keyBatch: usize;
  keyHead: usize;
  keyRow: usize;
  value: usize;
  valueBatch: usize;
  valueHead: usize;
  valueRow: usize;
  output: usize;
  outputBatch: usize;
  outputHead: usize;
  outputRow: usize;
  keyMask: usize; // u8 per batch and key: 0 hides the key; or 0
  bias: usize; // rows of `keys` float32; up to 16 bytes behind the last are read; or 0
  biasBatch: usize; // 0: all batches share it
  biasHead: usize;
  statistics: usize; // per batch, head and query: the largest score, and 1 / Σ e^(score − largest), 0 where none is seen
  scratch: usize; // per thread
  scratchBytes: usize;
  outputGradient: usize;
  queryGradient: usize;
  keyGradient: usize;
  valueGradient: usize;
  biasGradient: usize; // as bias; or 0
  chunks: i32; // parts of the keys that are worked on apart
  parts: usize; // with several chunks, the gradient of the queries by each: chunks × batch × heads × queries × width
  claimed: i32; // pieces of work that threads have claimed: its owner writes 0 before all begin
}

/** The next piece of work that no thread has claimed. */
// @ts-ignore: decorator
@inline
function claim(job: Attention): i32 {
  return atomic.add<i32>(changetype<usize>(job) + offsetof<Attention>("claimed"), 1);
}

// @ts-ignore: decorator
@inline
function roundUp(count: i32, to: i32): usize {
  return <usize>((count + to - 1) & ~(to - 1));
}

/** e^x in each lane, exactly 0 below −64; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function weight4(x: v128): v128 {
  return v128.andnot(near4(x), f32x4.lt(x, f32x4.splat(FAINT)));
}

/**
 * Forward: a tile of queries of one head is one thread's, whoever comes first. Scores are made a tile of keys at a time; the
 * running maximum, sum and output of each query follow (Milakov & Gimelshein 2018; Dao et al. 2022).
 */
export function attentionForward(address: usize, thread: i32, threads: i32): void {
  const job = changetype<Attention>(address);
  const tiles = (job.queries + QUERIES - 1) / QUERIES;
  const tasks = job.batch * job.heads * tiles;
  if (threads == 1) return attendTiles(job, thread, 0, tasks);
  // Up to a whole head at a time, since its keys are packed first; at least eight pieces for each thread, if there are.
  const piece = min(tiles, max(1, tasks / (8 * threads)));
  for (let from = claim(job) * piece; from < tasks; from = claim(job) * piece)
    attendTiles(job, thread, from, min(tasks, from + piece));
}

/** Tiles [from, to) of the queries, counted through batches and heads. */
function attendTiles(job: Attention, thread: i32, from: i32, to: i32): void {
  const keys = roundUp(job.keys, KEYS);
  const width = <usize>job.width << 2;
  const keyPanels = job.scratch + <usize>thread * job.scratchBytes;
  const valuePanels = keyPanels + keys * width;
  const hidden = valuePanels + ((keys * roundUp(job.valueWidth, 8)) << 2);
  const queryPanels = hidden + (keys << 2);
  const scores = queryPanels + <usize>QUERIES * width;
  const sums = scores + <usize>KEYS * TILE_BYTES;
  const tiles = (job.queries + QUERIES - 1) / QUERIES;
  const group = job.heads / job.keyHeads;
  let packed = -1;
  for (let task = from; task < to; task++) {
    const head = task / tiles;
    const b = head / job.heads;
    const h = head % job.heads;
    const keyHead = h / group;
    if (packed != b * job.keyHeads + keyHead) {
      packed = b * job.keyHeads + keyHead;
      const key = job.key + <usize>b * job.keyBatch + <usize>keyHead * job.keyHead;
      const value = job.value + <usize>b * job.valueBatch + <usize>keyHead * job.valueHead;
      packTransposed(key, job.keyRow, job.keys, job.width, 4, <i32>keys, oneAt(job), keyPanels);
      packPanels(value, job.valueRow, job.keys, job.valueWidth, <i32>keys, oneAt(job), valuePanels);
      hide(job, b, 0, job.keys, <i32>keys, hidden);
    }
    const first = (task % tiles) * QUERIES;
    const count = min(QUERIES, job.queries - first);
    const query = job.query + <usize>b * job.queryBatch + <usize>h * job.queryHead + <usize>first * job.queryRow;
    packTransposed(query, job.queryRow, count, job.width, 8, QUERIES, scaleAt(job), queryPanels);
    attend(job, b, h, first, count, keyPanels, valuePanels, hidden, queryPanels, scores, sums);
  }
}

// @ts-ignore: decorator
@inline
function scaleAt(job: Attention): usize {
  return changetype<usize>(job) + offsetof<Attention>("scale");
}

// @ts-ignore: decorator
@inline
function oneAt(job: Attention): usize {
  return changetype<usize>(job) + offsetof<Attention>("one");
}

/** 1 for a key that no query of the batch sees, else 0, for keys [first, first + count) and the padding behind them. */
function hide(job: Attention, b: i32, first: i32, count: i32, padded: i32, output: usize): void {
  const mask = job.keyMask ? job.keyMask + <usize>b * <usize>job.keys + <usize>first : 0;
  for (let j = 0; j < padded; j++)
    store<u32>(output + (<usize>j << 2), u32(j >= count || (mask != 0 && load<u8>(mask + <usize>j) == 0)));
}

/** How many keys the query at a place may see: all, or those up to its own place counted from the ends. */
// @ts-ignore: decorator
@inline
function seen(job: Attention, query: i32): i32 {
  return job.causal ? max(0, min(job.keys, query + 1 + job.keys - job.queries)) : job.keys;
}

/** One tile of queries of one head. `sums`: running maximum, sum and factor, QUERIES each, then the output rows. */
function attend(
  job: Attention,
  b: i32,
  h: i32,
  first: i32,
  count: i32,
  keyPanels: usize,
  valuePanels: usize,
  hidden: usize,
  queryPanels: usize,
  scores: usize,
  sums: usize,
): void {
  const outputs = sums + 3 * TILE_BYTES;
  const padded = roundUp(job.keys, KEYS);
  const columns = roundUp(job.valueWidth, 8) << 2;
  const wide = roundUp(count, 8) << 2;
  const end = seen(job, first + count - 1);
  for (let q: usize = 0; q < wide; q += 16) {
    v128.store(sums + q, f32x4.splat(LOWEST));
    v128.store(sums + TILE_BYTES + q, f32x4.splat(0));
  }
  memory.fill(outputs, 0, (wide >> 2) * columns);
  for (let key = 0; key < end; key += KEYS) {
    const rows = (min(KEYS, job.keys - key) + 3) & ~3;
    scoreTile(keyPanels + ((<usize>key * <usize>job.width) << 2), queryPanels, job.width, rows, wide, scores);
    mask(job, b, h, first, count, key, rows, hidden + (<usize>key << 2), scores);
    advance(scores, rows, wide, sums);
    for (let c: usize = 0; c < columns; c += 32) {
      const panel = valuePanels + (c >> 2) * (padded << 2) + (<usize>key << 5);
      for (let q: usize = 0; q < wide; q += 16)
        scaleAndAddNear(scores + q, panel, rows, outputs + (q >> 2) * columns + c, columns, sums + 2 * TILE_BYTES + q);
    }
  }
  const statistics = job.statistics + (<usize>((b * job.heads + h) * job.queries + first) << 3);
  const shares = sums + TILE_BYTES;
  for (let q: usize = 0; q < wide; q += 16) {
    const sum = v128.load(shares + q);
    v128.store(shares + q, v128.andnot(f32x4.div(f32x4.splat(1), sum), f32x4.eq(sum, f32x4.splat(0))));
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f32>(statistics + (i << 3), load<f32>(sums + (i << 2)));
    store<f32>(statistics + (i << 3), load<f32>(shares + (i << 2)), 4);
  }
  const output = job.output + <usize>b * job.outputBatch + <usize>h * job.outputHead + <usize>first * job.outputRow;
  unpackRows(outputs, columns, shares, 4, count, job.valueWidth, output, job.outputRow);
}

/** A tile of scores, rows × queries: products of packed keys and packed queries. */
function scoreTile(keyPanels: usize, queryPanels: usize, width: i32, rows: i32, wide: usize, scores: usize): void {
  const bytes = <usize>width << 4;
  for (const end = scores + <usize>rows * TILE_BYTES; scores < end; scores += 4 * TILE_BYTES, keyPanels += bytes)
    for (let q: usize = 0; q < wide; q += 32) storeNear(keyPanels, queryPanels + (q >> 2) * (bytes >> 2), width, scores + q);
}

/** Adds the bias to a tile of scores and writes −∞ where a query does not see a key. */
function mask(job: Attention, b: i32, h: i32, first: i32, count: i32, key: i32, rows: i32, hidden: usize, scores: usize): void {
  const lowest = f32x4.splat(-Infinity);
  if (job.bias) {
    const row = <usize>job.keys << 2;
    const bias = job.bias + <usize>b * job.biasBatch + <usize>h * job.biasHead + <usize>first * row + (<usize>key << 2);
    for (let q = 0; q < count; q += 4) addTransposed(bias + <usize>q * row, row, count - q, rows, scores + (<usize>q << 2));
  }
  if (job.keyMask || key + KEYS > job.keys) {
    for (let j: usize = 0; j < <usize>rows; j++)
      if (load<u32>(hidden + (j << 2))) for (let q: usize = 0; q < TILE_BYTES; q += 16) v128.store(scores + j * TILE_BYTES + q, lowest);
  }
  if (job.causal && key + rows > seen(job, first)) {
    const last = i32x4.add(i32x4.splat(first + job.keys - job.queries - key), i32x4(0, 1, 2, 3));
    for (let j = 0; j < rows; j++) {
      const row = scores + <usize>j * TILE_BYTES;
      for (let q = 0; q < QUERIES; q += 4) {
        const at = row + (<usize>q << 2);
        const isLater = i32x4.gt_s(i32x4.splat(j - q), last);
        v128.store(at, v128.bitselect(lowest, v128.load(at), isLater));
      }
    }
  }
}

/** Scores become weights relative to the running maximum, which takes them in; the sum follows it. */
function advance(scores: usize, rows: i32, wide: usize, sums: usize): void {
  const totals = sums + TILE_BYTES;
  const factors = totals + TILE_BYTES;
  for (let q: usize = 0; q < wide; q += 16) {
    const first = scores + q;
    const end = first + <usize>rows * TILE_BYTES;
    const old = v128.load(sums + q);
    let largest = old;
    let at = first;
    do {
      largest = f32x4.pmax(largest, v128.load(at));
      at += TILE_BYTES;
    } while (at < end);
    v128.store(sums + q, largest);
    let sum = f32x4.splat(0);
    at = first;
    do {
      const x = weight4(f32x4.sub(v128.load(at), largest));
      v128.store(at, x);
      sum = f32x4.add(sum, x);
      at += TILE_BYTES;
    } while (at < end);
    const factor = weight4(f32x4.sub(old, largest));
    v128.store(factors + q, factor);
    v128.store(totals + q, f32x4.add(f32x4.mul(v128.load(totals + q), factor), sum));
  }
}

/** What one thread needs to go back: the keys of its part packed, one head's queries packed, and the sums. */
@unmanaged
class Room {
  keyPanels: usize; // 4 keys at a time
  keyRows: usize; // 8 columns at a time
  valuePanels: usize;
  hidden: usize;
  queryPanels: usize; // 8 queries at a time
  queryRows: usize; // 8 columns at a time
  gradientPanels: usize; // of the output, in the same two ways
  gradientRows: usize;
  largest: usize; // per query
  shares: usize;
  means: usize; // Σ weight · ∂/∂weight
  querySums: usize; // queries × columns
  keySums: usize;
  valueSums: usize;
  weights: usize; // a tile
  slopes: usize; // a tile: ∂/∂score
}

/**
 * The gradients, from that of the output. A part of the keys belongs to one thread, with all queries that see it (and,
 * where heads share a bias, with all heads that do), so every sum has one owner and one order. Weights are made again from
 * the statistics of the forward pass, a tile at a time: memory is linear in the lengths.
 */
export function attentionBackward(address: usize, thread: i32, threads: i32): void {
  const job = changetype<Attention>(address);
  const batches = job.biasGradient != 0 && job.biasBatch == 0 ? job.batch : 1;
  const keyHeads = job.biasGradient != 0 && job.biasHead == 0 ? job.keyHeads : 1;
  const shares = job.keyHeads / keyHeads;
  const tasks = (job.batch / batches) * shares * job.chunks;
  const tiles = (job.keys + KEYS - 1) / KEYS;
  const room = changetype<Room>(job.scratch + <usize>thread * job.scratchBytes);
  layOut(job, room);
  for (let task = threads == 1 ? 0 : claim(job); task < tasks; task = threads == 1 ? task + 1 : claim(job)) {
    const chunk = task % job.chunks;
    const from = ((tiles * chunk) / job.chunks) * KEYS;
    const to = min(job.keys, ((tiles * (chunk + 1)) / job.chunks) * KEYS);
    const b = (task / job.chunks / shares) * batches;
    const g = ((task / job.chunks) % shares) * keyHeads;
    for (let i = b; i < b + batches; i++) for (let j = g; j < g + keyHeads; j++) retrace(job, room, i, j, chunk, from, to);
  }
}

function layOut(job: Attention, room: Room): void {
  const tiles = (job.keys + KEYS - 1) / KEYS;
  const keys = <usize>(((tiles + job.chunks - 1) / job.chunks) * KEYS);
  const queries = roundUp(job.queries, QUERIES);
  const width = <usize>job.width << 2;
  const valueWidth = <usize>job.valueWidth << 2;
  const columns = roundUp(job.width, 8) << 2;
  const valueColumns = roundUp(job.valueWidth, 8) << 2;
  room.keyPanels = changetype<usize>(room) + 64;
  room.keyRows = room.keyPanels + keys * width;
  room.valuePanels = room.keyRows + keys * columns;
  room.hidden = room.valuePanels + keys * valueWidth;
  room.queryPanels = room.hidden + (keys << 2);
  room.queryRows = room.queryPanels + queries * width;
  room.gradientPanels = room.queryRows + queries * columns;
  room.gradientRows = room.gradientPanels + queries * valueWidth;
  room.largest = room.gradientRows + queries * valueColumns;
  room.shares = room.largest + (queries << 2);
  room.means = room.shares + (queries << 2);
  room.querySums = room.means + (queries << 2);
  room.keySums = room.querySums + queries * columns;
  room.valueSums = room.keySums + keys * columns;
  room.weights = room.valueSums + keys * valueColumns;
  room.slopes = room.weights + <usize>KEYS * TILE_BYTES;
}

/** Keys [from, to) of one head of keys, and all heads of queries that attend to it. */
function retrace(job: Attention, room: Room, b: i32, g: i32, chunk: i32, from: i32, to: i32): void {
  const count = to - from;
  const keys = <i32>roundUp(count, KEYS);
  const columns = roundUp(job.width, 8) << 2;
  const valueColumns = roundUp(job.valueWidth, 8) << 2;
  const keyAt = <usize>b * job.keyBatch + <usize>g * job.keyHead + <usize>from * job.keyRow;
  const valueAt = <usize>b * job.valueBatch + <usize>g * job.valueHead + <usize>from * job.valueRow;
  packTransposed(job.key + keyAt, job.keyRow, count, job.width, 4, keys, oneAt(job), room.keyPanels);
  packPanels(job.key + keyAt, job.keyRow, count, job.width, keys, oneAt(job), room.keyRows);
  packTransposed(job.value + valueAt, job.valueRow, count, job.valueWidth, 4, keys, oneAt(job), room.valuePanels);
  hide(job, b, from, count, keys, room.hidden);
  memory.fill(room.keySums, 0, <usize>keys * columns);
  memory.fill(room.valueSums, 0, <usize>keys * valueColumns);
  const group = job.heads / job.keyHeads;
  for (let h = g * group; h < (g + 1) * group; h++) {
    packQueries(job, room, b, h);
    for (let key = from; key < to; key += KEYS)
      for (let first = 0; first < job.queries; first += QUERIES)
        if (seen(job, min(job.queries, first + QUERIES) - 1) > key) retraceTile(job, room, b, h, from, key, keys, first);
    const row = <usize>job.width << 2;
    const output =
      job.chunks > 1
        ? job.parts + <usize>((chunk * job.batch + b) * job.heads + h) * <usize>job.queries * row
        : job.queryGradient + <usize>b * job.queryBatch + <usize>h * job.queryHead;
    unpackRows(room.querySums, columns, scaleAt(job), 0, job.queries, job.width, output, job.chunks > 1 ? row : job.queryRow);
  }
  unpackRows(room.keySums, columns, oneAt(job), 0, count, job.width, job.keyGradient + keyAt, job.keyRow);
  unpackRows(room.valueSums, valueColumns, oneAt(job), 0, count, job.valueWidth, job.valueGradient + valueAt, job.valueRow);
}

/** One head's queries and gradients of its output, packed; per query the statistics and Σ weight · ∂/∂weight = ⟨output, its gradient⟩. */
function packQueries(job: Attention, room: Room, b: i32, h: i32): void {
  const queries = <i32>roundUp(job.queries, QUERIES);
  const query = job.query + <usize>b * job.queryBatch + <usize>h * job.queryHead;
  let output = job.output + <usize>b * job.outputBatch + <usize>h * job.outputHead;
  let gradient = job.outputGradient + <usize>b * job.outputBatch + <usize>h * job.outputHead;
  packTransposed(query, job.queryRow, job.queries, job.width, 8, queries, scaleAt(job), room.queryPanels);
  packPanels(query, job.queryRow, job.queries, job.width, queries, scaleAt(job), room.queryRows);
  packTransposed(gradient, job.outputRow, job.queries, job.valueWidth, 8, queries, oneAt(job), room.gradientPanels);
  packPanels(gradient, job.outputRow, job.queries, job.valueWidth, queries, oneAt(job), room.gradientRows);
  memory.fill(room.querySums, 0, <usize>queries * (roundUp(job.width, 8) << 2));
  memory.fill(room.largest, 0, <usize>queries * 12); // and shares and means, which lie behind it
  let statistics = job.statistics + (<usize>((b * job.heads + h) * job.queries) << 3);
  for (let i: usize = 0, end = <usize>job.queries << 2; i < end; i += 4, statistics += 8) {
    store<f32>(room.largest + i, load<f32>(statistics));
    store<f32>(room.shares + i, load<f32>(statistics, 4));
    let mean: f32 = 0; // summed as ∂/∂weight is: a query that sees one key has gradient 0 exactly
    for (let j: usize = 0, last = <usize>job.valueWidth << 2; j < last; j += 4)
      mean += load<f32>(output + j) * load<f32>(gradient + j);
    store<f32>(room.means + i, mean);
    output += job.outputRow;
    gradient += job.outputRow;
  }
}

/** One tile of keys and queries: weights, slopes, and what they add to the four sums. */
function retraceTile(job: Attention, room: Room, b: i32, h: i32, from: i32, key: i32, keys: i32, first: i32): void {
  const queries = roundUp(job.queries, QUERIES);
  const count = min(QUERIES, job.queries - first);
  const wide = roundUp(count, 8) << 2;
  const rows = (min(KEYS, job.keys - key) + 3) & ~3;
  const own = <usize>(key - from);
  const at = <usize>first << 2;
  const width = <usize>job.width;
  const valueWidth = <usize>job.valueWidth;
  const columns = roundUp(job.width, 8) << 2;
  const valueColumns = roundUp(job.valueWidth, 8) << 2;
  scoreTile(room.keyPanels + own * (width << 2), room.queryPanels + at * width, job.width, rows, wide, room.weights);
  mask(job, b, h, first, count, key, rows, room.hidden + (own << 2), room.weights);
  scoreTile(room.valuePanels + own * (valueWidth << 2), room.gradientPanels + at * valueWidth, job.valueWidth, rows, wide, room.slopes);
  slope(room, at, rows, wide);
  if (job.biasGradient) addBiasGradient(job, room, b, h, first, count, key);
  for (let c: usize = 0; c < columns; c += 32) {
    const keyRows = room.keyRows + c * <usize>keys + (own << 5);
    const querySums = room.querySums + <usize>first * columns + c;
    for (let q: usize = 0; q < wide; q += 16) addNear(room.slopes + q, keyRows, rows, querySums + (q >> 2) * columns, columns);
    const queryRows = room.queryRows + c * queries + (<usize>first << 5);
    addRows(room.slopes, queryRows, wide, rows, room.keySums + own * columns + c, columns);
  }
  for (let c: usize = 0; c < valueColumns; c += 32) {
    const gradientRows = room.gradientRows + c * queries + (<usize>first << 5);
    addRows(room.weights, gradientRows, wide, rows, room.valueSums + own * valueColumns + c, valueColumns);
  }
}

function addRows(tile: usize, panel: usize, wide: usize, rows: i32, sums: usize, bytes: usize): void {
  for (const end = tile + <usize>rows * TILE_BYTES; tile < end; tile += 4 * TILE_BYTES, sums += 4 * bytes)
    addFar(tile, panel, <i32>(wide >> 2), sums, bytes);
}

/** Scores become weights p; ∂/∂p becomes ∂/∂score = p · (∂/∂p − mean). */
function slope(room: Room, at: usize, rows: i32, wide: usize): void {
  const away = room.slopes - room.weights;
  for (let q: usize = 0; q < wide; q += 16) {
    const largest = v128.load(room.largest + at + q);
    const share = v128.load(room.shares + at + q);
    const mean = v128.load(room.means + at + q);
    for (let to = room.weights + q, stop = to + <usize>rows * TILE_BYTES; to < stop; to += TILE_BYTES) {
      const p = f32x4.mul(weight4(f32x4.sub(v128.load(to), largest)), share);
      v128.store(to, p);
      v128.store(to + away, f32x4.mul(p, f32x4.sub(v128.load(to + away), mean)));
    }
  }
}

function addBiasGradient(job: Attention, room: Room, b: i32, h: i32, first: i32, count: i32, key: i32): void {
  const row = <usize>job.keys << 2;
  const keys = min(KEYS, job.keys - key);
  let output = job.biasGradient + <usize>b * job.biasBatch + <usize>h * job.biasHead + <usize>first * row + (<usize>key << 2);
  for (let q: usize = 0; q < <usize>count; q++, output += row)
    for (let j: usize = 0; j < <usize>keys; j++) {
      const at = output + (j << 2);
      store<f32>(at, load<f32>(at) + load<f32>(room.slopes + j * TILE_BYTES + (q << 2)));
    }
}

/** The gradient of the queries from its parts, added in order; each thread has its own numbers. Tensors lie without gaps. */
export function attentionQueries(address: usize, thread: i32, threads: i32): void {
  const job = changetype<Attention>(address);
  const count = <usize>(job.batch * job.heads * job.queries) * <usize>job.width;
  const from = (count * <usize>thread / <usize>threads) << 2;
  const to = (count * <usize>(thread + 1) / <usize>threads) << 2;
  for (let at = from; at < to; at += 4) {
    let sum: f32 = 0;
    for (let chunk: usize = 0; chunk < <usize>job.chunks; chunk++) sum += load<f32>(job.parts + chunk * (count << 2) + at);
    store<f32>(job.queryGradient + at, sum);
  }
}
