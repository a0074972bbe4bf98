/** Filled in with the scorer that needs it. */
// biome-ignore lint/suspicious/noEmptyInterface: its owner adds the operations
export interface BucketKernel {}
