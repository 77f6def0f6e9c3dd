/** Rows that the networks learn from. Bounded by how many rows each series may give; the windows themselves are not kept. */
export type TrainingMatrix = {
  readonly rows: number
  /** rows * features, row-major. */
  readonly features: Float32Array
  /** 1: an anomaly, injected or confirmed by people. 0: as usual. */
  readonly labels: Uint8Array
  /** What `unusual` is to say of the row: higher for stronger anomalies. */
  readonly targets: Float32Array
  /** What the row counts in the loss of `unusual`; 0: not used. */
  readonly unusualWeights: Float32Array
  /** What the row counts in the loss of the band; 0: not used, as for injected anomalies. */
  readonly bandWeights: Float32Array
  /** 1: from the days that decide when to stop. */
  readonly stopping: Uint8Array
}
