/** The outcome of `weights`, for programs and for people. */
import type { LedgerWeights } from "../node.js";
import { chainWeights, type Metagraph, type SavedWeights } from "../salience/weights.js";

export interface WeightRow {
  readonly uid: number;
  readonly hotkey: string | null;
  readonly weight: number;
  /** The 16-bit number that the chain gets; rows of 0 are left out there. */
  readonly chain: number;
  readonly young: boolean;
}

/** Schema 1 of `weights --json`. */
export interface WeightsReport {
  readonly schema: 1;
  readonly profile: string;
  readonly version: string;
  /** The metagraph's block. */
  readonly block: number;
  /** Block that the weights below were calculated at; null when there are none. */
  readonly calculatedAt: number | null;
  /** Why the weights of an earlier block stay in force; null when these are new. */
  readonly unchanged: string | null;
  /** Whether the weights' UIDs are the metagraph's: a validator sets nothing otherwise. */
  readonly settable: boolean;
  readonly weights: readonly WeightRow[];
  readonly salience: Readonly<Record<string, number>>;
  readonly breakdown: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly skipped: Readonly<Record<string, string>>;
  readonly warnings: LedgerWeights["scores"]["warnings"];
  readonly totalSeconds: number;
  /** Of the salience, as `score` prints it. */
  readonly digest: string;
}

/** `before`: the state as it was, whose weights stay in force when nothing new came out. */
export function weightsReport(
  metagraph: Metagraph,
  { result, scores }: LedgerWeights,
  before: SavedWeights | undefined,
): WeightsReport {
  const { profile, version, salience, breakdown, skipped, warnings, totalSeconds, digest } = scores;
  const inForce = "saved" in result ? result.saved : before;
  const young = new Set("saved" in result ? result.youngUids : []);
  const chain = chainWeights(inForce?.weights ?? []);
  const { uids } = metagraph;
  return {
    schema: 1,
    profile,
    version,
    block: metagraph.block,
    calculatedAt: inForce?.block ?? null,
    unchanged: "saved" in result ? null : result.unchanged,
    settable: inForce?.uids.length === uids.length && uids.every((uid, i) => inForce.uids[i] === uid),
    weights: (inForce?.uids ?? []).map((uid, i) => ({
      uid,
      hotkey: inForce?.hotkeys?.[i] ?? null,
      weight: inForce!.weights[i]!,
      chain: chain[i]!,
      young: young.has(uid),
    })),
    salience,
    breakdown,
    skipped,
    warnings,
    totalSeconds,
    digest,
  };
}

export function weightsTable(report: WeightsReport): string {
  const { profile, block, calculatedAt, unchanged, settable, weights, skipped, totalSeconds, digest } = report;
  const lines = [`Profile ${profile} · block ${block}`];
  if (unchanged) {
    const instead = calculatedAt === null ? "there are none" : `those of block ${calculatedAt} stay in force`;
    lines.push(`No new weights: ${unchanged}; ${instead}`);
  }
  const paid = weights.filter(({ weight }) => weight > 0);
  const width = Math.max(6, ...paid.map(({ hotkey }) => shown(hotkey).length));
  if (paid.length > 0) lines.push(`${"uid".padStart(5)}  ${"hotkey".padEnd(width)}      weight  chain`);
  for (const { uid, hotkey, weight, chain, young } of paid) {
    const cells = [String(uid).padStart(5), shown(hotkey).padEnd(width), weight.toFixed(8), String(chain).padStart(5)];
    lines.push(`${cells.join("  ")}${young ? "  young" : ""}`);
  }
  if (weights.length > paid.length) lines.push(`${weights.length - paid.length} UIDs get nothing`);
  if (calculatedAt !== null && !settable) lines.push("Not to be set: the UIDs are not those of the metagraph");
  for (const [ticker, why] of Object.entries(skipped)) lines.push(`Not scored: ${ticker}: ${why}`);
  lines.push(`Seconds: ${totalSeconds.toFixed(1)}`, `Digest: ${digest}`);
  return `${lines.join("\n")}\n`;
}

/** At most 64 characters (an address has 48), control characters as dots. */
function shown(hotkey: string | null): string {
  if (hotkey === null) return "?";
  const text = hotkey.length > 64 ? `${hotkey.slice(0, 60)}…` : hotkey;
  return text.replace(/\p{Cc}/gu, "·");
}
