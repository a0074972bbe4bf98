/** The JSON files of `weights`: the metagraph that a validator hands in, and the state that outlives each run. */
import { UsageError } from "../errors.js";
import { checkMetagraph, type Metagraph, type SavedWeights } from "./weights.js";

/** What `--state` holds. */
export interface WeightState extends SavedWeights {
  /** The outcome before this one, so that a block can be calculated again after a crash; null when there was none. */
  readonly previous: SavedWeights | null;
}

const SCHEMA = 1;
const LARGEST_UID = 65_535;

/** `{block, uids, hotkeys}`; other keys are left alone. `name` is the file's. Throws UsageError. */
export function parseMetagraph(text: string, name: string): Metagraph {
  const fields = new Fields(parse(text, name), name);
  const metagraph = { block: fields.block(), uids: fields.uids(), hotkeys: fields.hotkeys() };
  checked(metagraph, name);
  return metagraph;
}

/** Throws UsageError for anything that `formatState` did not write, or that cannot be: repeated UIDs, negative weights. */
export function parseState(text: string, name: string): WeightState {
  const value = parse(text, name);
  const schema = new Fields(value, name).value("schema");
  if (schema !== SCHEMA) throw new UsageError(`${name}: "schema" must be ${SCHEMA}`);
  const previous = new Fields(value, name).value("previous") ?? null;
  return {
    ...savedWeights(value, name),
    previous: previous === null ? null : savedWeights(previous, `${name}: previous`),
  };
}

export function formatState({ previous, ...state }: WeightState): string {
  const plain = ({ block, uids, hotkeys, weights }: SavedWeights) => ({
    block,
    uids,
    ...(hotkeys ? { hotkeys } : {}),
    weights: [...weights],
  });
  return `${JSON.stringify({ schema: SCHEMA, ...plain(state), previous: previous && plain(previous) })}\n`;
}

/**
 * What the moving average at `block` starts from: the saved outcome, or the one before it when that was of this very block.
 * Throws UsageError when the state is of a later block.
 */
export function stateBefore(state: WeightState, block: number, name: string): SavedWeights | undefined {
  if (state.block > block) {
    throw new UsageError(`${name}: is of block ${state.block}, later than the metagraph's ${block}`);
  }
  return state.block === block ? (state.previous ?? undefined) : state;
}

function savedWeights(value: unknown, name: string): SavedWeights {
  const fields = new Fields(value, name);
  const uids = fields.uids();
  const hotkeys = fields.value("hotkeys") === undefined ? undefined : fields.hotkeys();
  const weights = Float32Array.from(
    fields.list("weights", "finite numbers from zero on", (item) => Number.isFinite(item) && (item as number) >= 0),
  );
  if (weights.length !== uids.length) {
    throw new UsageError(`${name}: ${uids.length} uids but ${weights.length} weights`);
  }
  checked({ uids, hotkeys: hotkeys ?? uids.map(String) }, name);
  return { block: fields.block(), uids, ...(hotkeys ? { hotkeys } : {}), weights };
}

function checked(metagraph: Pick<Metagraph, "uids" | "hotkeys">, name: string): void {
  try {
    checkMetagraph(metagraph);
  } catch (cause) {
    throw new UsageError(`${name}: ${(cause as Error).message.replace(/^metagraph: /, "")}`, { cause });
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new UsageError(`${name}: not JSON`, { cause });
  }
}

class Fields {
  private readonly record: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly name: string,
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new UsageError(`${name}: must be an object`);
    }
    this.record = value as Record<string, unknown>;
  }

  value(key: string): unknown {
    return this.record[key];
  }

  block(): number {
    const block = this.value("block");
    if (Number.isSafeInteger(block) && (block as number) >= 0) return block as number;
    throw new UsageError(`${this.name}: "block" must be a whole number`);
  }

  uids(): number[] {
    const valid = (uid: unknown) => Number.isInteger(uid) && (uid as number) >= 0 && (uid as number) <= LARGEST_UID;
    return this.list("uids", `whole numbers from 0 to ${LARGEST_UID}`, valid) as number[];
  }

  hotkeys(): string[] {
    return this.list("hotkeys", "text", (hotkey) => typeof hotkey === "string") as string[];
  }

  list(key: string, what: string, valid: (item: unknown) => boolean): unknown[] & number[] {
    const list = this.value(key);
    if (Array.isArray(list) && list.every(valid)) return list;
    throw new UsageError(`${this.name}: "${key}" must be a list of ${what}`);
  }
}
