/** Base of every error that this package throws on purpose: one line that says what is wrong and where. */
export class MantisError extends Error {
  override readonly name: string = "MantisError";
}

/** A wrong option, constant, profile, ticker or argument: the caller can mend it. The CLI exits with 2. */
export class UsageError extends MantisError {
  override readonly name = "UsageError";
}

/** A ledger that cannot be opened or read; names the file and, where there is one, the ticker and row. */
export class LedgerError extends MantisError {
  override readonly name = "LedgerError";
}

/** A fit that cannot be made: one class of labels, or numbers that are not finite. */
export class FitError extends MantisError {
  override readonly name = "FitError";
}

/** A challenge that could not be scored; `cause` holds why. */
export class ScoreError extends MantisError {
  override readonly name = "ScoreError";
}
