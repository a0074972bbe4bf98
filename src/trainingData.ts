/** What the ledger hands to the scorers: typed matrices, one challenge at a time (40-ledger §6, 30-aggregate §2). */

/** Embeddings as binary16 codes, one column block per hotkey. */
export interface Embeddings {
  /** Ascending by code point; index j names columns[j]. */
  readonly hotkeys: readonly string[];
  /** One per hotkey: rows × width codes, row-major; a row without a vector is zeros. On Node over SharedArrayBuffers. */
  readonly columns: readonly Uint16Array[];
  /** Storage dimension: dim × assets. */
  readonly width: number;
  readonly rows: number;
}

export interface BinaryData {
  readonly kind: "binary";
  readonly embeddings: Embeddings;
  /** Forward returns per row, float32. */
  readonly returns: Float32Array;
}

export interface PriceData {
  readonly kind: "hitfirst" | "lbfgs";
  readonly embeddings: Embeddings;
  /** One positive price per row. */
  readonly prices: Float64Array;
  readonly sidx: Int32Array;
}

export interface AssetData {
  readonly kind: "xsec_rank" | "funding_xsec" | "trade_mix";
  readonly embeddings: Embeddings;
  /** rows × assets, row-major: prices (missing 0) or funding rates (missing NaN). */
  readonly values: Float64Array;
  readonly sidx: Int32Array;
}

export interface BreakoutSample {
  readonly asset: number;
  readonly triggerSidx: number;
  readonly triggerBlock: number;
  readonly resolutionBlock: number;
  readonly direction: 1 | -1;
  /** 1 continued, 0 reversed. */
  readonly label: 0 | 1;
  /** Hotkey → [P(continuation), P(reversal)], exact binary16 values. */
  readonly embeddings: ReadonlyMap<string, readonly [number, number]>;
}

export interface BreakoutData {
  readonly kind: "range_breakout_multi";
  readonly samples: readonly BreakoutSample[];
}

export type TrainingData = BinaryData | PriceData | AssetData | BreakoutData;
export type ChallengeKind = TrainingData["kind"];
