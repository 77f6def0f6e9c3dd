import { EyeNetError } from '../errors/errors.ts'
import { type Labels, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import type { Budget } from './budget.ts'

/** The instants of an evaluation: start, start + step, ... in milliseconds; one for an instant query. */
export type Grid = { readonly start: number; readonly step: number; readonly count: number }

export const timeAt = (grid: Grid, step: number): number => grid.start + step * grid.step

/**
 * An instant vector at every step of a grid: one row per series, its cells at row * steps + step.
 * Two rows may have the same labels as long as no step has both.
 */
export type Frame = {
  readonly kind: 'frame'
  readonly labels: readonly Labels[]
  readonly steps: number
  readonly values: Float64Array
  /** 1 where the row has a sample. NaN is a value like any other. */
  readonly present: Uint8Array
}
export type ScalarValue = { readonly kind: 'scalar'; readonly values: Float64Array }
export type StringValue = { readonly kind: 'string'; readonly value: string }
export type Value = Frame | Rows | ScalarValue | StringValue

/** A vector whose rows are computed one after the other, each once, when they are asked for. */
export type Rows = {
  readonly kind: 'rows'
  readonly labels: readonly Labels[]
  readonly steps: number
  /** Writes one row; `present` comes cleared. */
  readonly fill: (row: number, into: Row) => void
}
/** One series' samples at every step. */
export type Row = { readonly values: Float64Array; readonly present: Uint8Array }

export function newFrame(labels: readonly Labels[], steps: number): Frame {
  const cells = labels.length * steps
  return { kind: 'frame', labels, steps, values: new Float64Array(cells), present: new Uint8Array(cells) }
}

/** The labels without the metric's name. */
export function withoutName(labels: Labels): Labels {
  if (labels[METRIC_NAME] === undefined) return labels
  const { [METRIC_NAME]: _, ...rest } = labels
  return rest
}

/** Rows by their labels. */
function rowsByKey(frame: Frame, budget: Budget): Map<string, number[]> {
  const rows = new Map<string, number[]>()
  frame.labels.forEach((labels, row) => {
    budget.rows(1)
    const key = seriesKey(labels)
    const same = rows.get(key)
    if (same === undefined) rows.set(key, [row])
    else same.push(row)
  })
  return rows
}

/** Throws when one step has two samples with the same labels. */
export function refuseSameLabels(frame: Frame, budget: Budget): void {
  const { steps, present } = frame
  for (const rows of rowsByKey(frame, budget).values()) {
    if (rows.length < 2) continue
    for (let step = 0; step < steps; step++) {
      const count = rows.reduce((sum, row) => sum + (present[row * steps + step] ?? 0), 0)
      if (count > 1) throw new EyeNetError('invalid', 'vector cannot contain metrics with the same labelset')
    }
  }
}

/** The frame with rows of the same labels put together, and empty rows left out. */
export function mergeRows(frame: Frame, budget: Budget): Frame {
  const { steps, values, present } = frame
  const groups = [...rowsByKey(frame, budget).values()].filter((rows) => rows.some((row) => hasSample(frame, row)))
  if (groups.length === frame.labels.length) return frame
  const merged = newFrame(
    groups.map((rows) => frame.labels[rows[0] ?? 0] ?? {}),
    steps,
  )
  groups.forEach((rows, target) => {
    for (const row of rows) {
      for (let step = 0; step < steps; step++) {
        if (present[row * steps + step] === 0) continue
        merged.values[target * steps + step] = values[row * steps + step] ?? 0
        merged.present[target * steps + step] = 1
      }
    }
  })
  return merged
}

function hasSample({ present, steps }: Frame, row: number): boolean {
  for (let cell = row * steps; cell < (row + 1) * steps; cell++) if (present[cell] === 1) return true
  return false
}

/** The frame of a single step shown at every step. */
export function broadcast(frame: Frame, steps: number): Frame {
  if (steps === frame.steps) return frame
  const wide = newFrame(frame.labels, steps)
  for (let row = 0; row < frame.labels.length; row++) {
    wide.values.fill(frame.values[row] ?? 0, row * steps, (row + 1) * steps)
    wide.present.fill(frame.present[row] ?? 0, row * steps, (row + 1) * steps)
  }
  return wide
}
