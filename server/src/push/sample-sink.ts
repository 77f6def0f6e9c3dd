export type LabelPair = readonly [name: string, value: string]

/** Series that were asked for before: the text that named them, then the field of it that is the sample's. */
export type KnownSeries = Map<string, Map<string, number>>

/** Where a reader puts what it reads. Lines are numbered from 1. */
export interface SampleSink {
  /** The time of samples that bring none, in milliseconds since 1970. */
  readonly now: number
  /** Series of earlier bodies in this format. */
  readonly known: KnownSeries
  /** The number of the series with these labels, or why it cannot be stored. */
  series(labels: readonly LabelPair[]): number | { readonly refused: string }
  /** Keeps what `series` gave for the next time. */
  remember(text: string, field: string, ref: number): void
  /** Takes one sample; `time` in milliseconds since 1970. A time that is out of range is refused under its line. */
  sample(line: number, ref: number, at: { time: number; value: number }): void
  /** Whether a time is in range. */
  admits(time: number): boolean
  /** Takes one sample whose time `admits` has admitted. */
  add(ref: number, time: number, value: number): void
  /** Takes a value as its 64 bits, so that a NaN stays what it is. */
  sampleBits(line: number, ref: number, at: { time: number; low: number; high: number }): void
  /** Names a line that cannot be read. The reason holds nothing of the line. */
  refuse(line: number, reason: string): void
  /** Counts a value of a sort that the store has not: a string. */
  skip(): void
}

/** Reads a body in turns: between two of them other work may be done. It never throws for what the body holds. */
export type Reading = Generator<undefined, void>

/** Bytes of a turn: some milliseconds of work. */
export const TURN_BYTES = 128 * 1024
