/**
 * Training data as one stream of bytes, so that a program in another language can hand over what it has read from a ledger
 * (docs/training-stream.md). Browser-safe: the bytes come from a function.
 */
import { UsageError } from "./errors.js";
import { compareCodePoints } from "./ledger/hotkeys.js";
import { fresh } from "./ledger/memory.js";
import { parsePythonJson } from "./ledger/pythonJson.js";
import type { Challenge } from "./profiles/profile.js";
import type { BreakoutSample, ChallengeKind, Embeddings, TrainingData } from "./trainingData.js";

/** Fills the bytes from the stream; false when it ends before. */
export type FillBytes = (bytes: Uint8Array) => boolean;

const MAGIC = "MANTISTD";
const LONGEST_HEADER = 2 ** 30;
/** Bytes of one challenge's embeddings; well above 256 miners over 300 days. */
const MOST_BYTES = 2 ** 36;
type Header = Readonly<Record<string, unknown>>;

/**
 * Pairs of ticker and data, one challenge at a time as the consumer asks for them. A vector with NaN or infinity counts as
 * not submitted. Throws UsageError naming the ticker where the stream is not as documented or ends early.
 */
export function* readTrainingStream(
  fill: FillBytes,
  challenges: readonly Challenge[],
): Generator<readonly [ticker: string, data: TrainingData]> {
  const magic = new Uint8Array(MAGIC.length);
  if (!fill(magic) || String.fromCharCode(...magic) !== MAGIC) throw new UsageError("not a stream of training data");
  for (;;) {
    const header = readHeader(fill);
    if (!header) return;
    const reader = new ChallengeReader(fill, header);
    yield [reader.ticker, reader.data(challenges.find(({ ticker }) => ticker === reader.ticker)?.kind)];
  }
}

/** Undefined at the end mark. */
function readHeader(fill: FillBytes): Header | undefined {
  const size = new Uint8Array(4);
  if (!fill(size)) throw new UsageError("training data: the stream ends without its end mark");
  const length = new DataView(size.buffer).getUint32(0, true);
  if (length === 0) return undefined;
  if (length > LONGEST_HEADER) throw new UsageError(`training data: a header of ${length} bytes`);
  const bytes = new Uint8Array(length);
  if (!fill(bytes)) throw new UsageError("training data: the stream ends inside a header");
  let header: unknown;
  try {
    header = parsePythonJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new UsageError("training data: a header is not JSON", { cause });
  }
  if (typeof header === "object" && header !== null && !Array.isArray(header)) return header as Header;
  throw new UsageError("training data: a header is not an object");
}

class ChallengeReader {
  readonly ticker: string;

  constructor(
    private readonly fill: FillBytes,
    private readonly header: Header,
  ) {
    const { ticker } = header;
    if (typeof ticker !== "string") throw new UsageError('training data: "ticker" must be text');
    this.ticker = ticker;
  }

  /** `kind` decides between kinds of the same shape. */
  data(kind: ChallengeKind | undefined): TrainingData {
    const { shape } = this.header;
    switch (shape) {
      case "returns": {
        const embeddings = this.embeddings();
        return { kind: "binary", embeddings, returns: this.array(fresh.float32(embeddings.rows)) };
      }
      case "price": {
        const embeddings = this.embeddings();
        const prices = this.array(fresh.float64(this.count("values")));
        return { kind: kind === "hitfirst" ? kind : "lbfgs", embeddings, prices, sidx: ascending(prices.length) };
      }
      case "prices_multi":
        return this.assets(kind === "trade_mix" ? kind : "xsec_rank");
      case "funding_rates":
        return this.assets("funding_xsec");
      case "samples":
        return { kind: "range_breakout_multi", samples: this.list("samples").map((sample) => this.sample(sample)) };
      default:
        throw this.error(`unknown shape ${JSON.stringify(shape)}`);
    }
  }

  private assets(kind: "xsec_rank" | "funding_xsec" | "trade_mix"): TrainingData {
    const embeddings = this.embeddings();
    const rows = this.count("values");
    const values = this.array(fresh.float64(this.bounded(rows * this.count("assets") * 8) / 8));
    const sidx = this.header.sidx === true ? this.array(fresh.int32(rows)) : ascending(rows);
    return { kind, embeddings, values, sidx };
  }

  private embeddings(): Embeddings {
    const hotkeys = this.list("hotkeys") as string[];
    hotkeys.forEach((hotkey, i) => {
      if (typeof hotkey !== "string") throw this.error("a hotkey is not text");
      if (i > 0 && compareCodePoints(hotkeys[i - 1]!, hotkey) >= 0) throw this.error("hotkeys do not ascend");
    });
    const rows = this.count("rows");
    const width = this.count("width");
    this.bounded(2 * rows * width * hotkeys.length);
    const columns = hotkeys.map(() => clean(this.array(fresh.uint16(rows * width)), width));
    return { hotkeys, columns, width, rows };
  }

  private sample(value: unknown): BreakoutSample {
    const list = Array.isArray(value) ? value : [];
    const [triggerSidx, triggerBlock, resolutionBlock, direction, label, pairs] = list;
    const numbers = [triggerSidx, triggerBlock, resolutionBlock];
    const good = numbers.every(Number.isFinite) && Math.abs(direction) === 1 && (label === 0 || label === 1);
    if (!good || !Array.isArray(pairs)) throw this.error("a sample is not as it should be");
    const embeddings = new Map<string, readonly [number, number]>();
    for (const [hotkey, up, down] of pairs as [string, number, number][]) {
      if (typeof hotkey !== "string" || typeof up !== "number" || typeof down !== "number") {
        throw this.error("a sample's embedding is not a hotkey and two numbers");
      }
      if (Number.isFinite(up) && Number.isFinite(down)) embeddings.set(hotkey, [up, down]);
    }
    return { asset: 0, triggerSidx, triggerBlock, resolutionBlock, direction, label, embeddings };
  }

  private array<T extends Uint16Array | Int32Array | Float32Array | Float64Array>(array: T): T {
    if (!this.fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))) {
      throw this.error("the stream ends inside an array");
    }
    return array;
  }

  private list(key: string): unknown[] {
    const list = this.header[key];
    if (Array.isArray(list)) return list;
    throw this.error(`"${key}" must be a list`);
  }

  private count(key: string): number {
    const count = this.header[key];
    if (Number.isInteger(count) && (count as number) >= 0) return this.bounded(count as number);
    throw this.error(`"${key}" must be a whole number`);
  }

  private bounded(bytes: number): number {
    if (bytes <= MOST_BYTES) return bytes;
    throw this.error(`more than ${MOST_BYTES} bytes are announced`);
  }

  private error(why: string): UsageError {
    return new UsageError(`training data of ${this.ticker}: ${why}`);
  }
}

/** Zeroes every vector that is not finite, as the readers of ledgers do. */
function clean(codes: Uint16Array, width: number): Uint16Array {
  for (let i = 0; i < codes.length; i++) {
    if ((codes[i]! & 0x7c00) !== 0x7c00) continue;
    const from = i - (i % width);
    codes.fill(0, from, from + width);
  }
  return codes;
}

function ascending(rows: number): Int32Array {
  const sidx = fresh.int32(rows);
  for (let i = 0; i < rows; i++) sidx[i] = i;
  return sidx;
}
