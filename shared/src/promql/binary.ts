import { EyeNetError } from '../errors/errors.ts'
import { type Labels, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import { ARITHMETIC, compares, isArithmetic } from './arithmetic.ts'
import type { BinaryOp, VectorMatching } from './ast.ts'
import { isComparison } from './ast.ts'
import type { Budget } from './budget.ts'
import { type Frame, newFrame, type Rows, withoutName } from './frame.ts'
import { labelValue } from './label-value.ts'
import { labelsText } from './labels-text.ts'
import { KeyedRows, matchedLabels, matchKey } from './match-key.ts'
import { changeRows, dropNames } from './rows.ts'

export type Operation = { readonly op: BinaryOp; readonly bool: boolean }

/** The result of an operator on two numbers, or undefined where a comparison filters the sample out. */
function combiner({ op, bool }: Operation): (a: number, b: number) => number | undefined {
  if (isArithmetic(op)) return ARITHMETIC[op]
  if (!isComparison(op)) throw new Error(`${op} is no operator of numbers`)
  if (bool) return (a, b) => (compares(op, a, b) ? 1 : 0)
  return (a, b) => (compares(op, a, b) ? a : undefined)
}

/** Two scalars, step by step. */
export function scalarScalar(operation: Operation, left: Float64Array, right: Float64Array): Float64Array {
  const combine = combiner(operation)
  return left.map((value, step) => combine(value, right[step] ?? 0) ?? Number.NaN)
}

/** A vector and a scalar; `swapped` when the scalar stands on the left. A filter keeps the vector's value and name. */
export function vectorScalar(
  operation: Operation,
  rows: Rows,
  { scalar, swapped, budget }: { scalar: Float64Array; swapped: boolean; budget: Budget },
): Rows {
  const combine = combiner(operation)
  const filters = isComparison(operation.op) && !operation.bool
  const changed = changeRows(rows, budget, ({ values, present }) => {
    for (let step = 0; step < values.length; step++) {
      if (present[step] === 0) continue
      const value = values[step] ?? 0
      const other = scalar[step] ?? 0
      const result = swapped ? combine(other, value) : combine(value, other)
      if (result === undefined) present[step] = 0
      else if (!filters) values[step] = result
    }
  })
  return filters ? changed : dropNames(changed, budget)
}

export type Sides = { readonly left: Frame; readonly right: Frame; readonly budget: Budget }

/** Arithmetic and comparison between two vectors by the labels that match. */
export function vectorVector(operation: Operation, matching: VectorMatching, sides: Sides): Frame {
  const { budget } = sides
  const oneIsLeft = matching.cardinality === 'one-to-many'
  const many = oneIsLeft ? sides.right : sides.left
  const one = oneIsLeft ? sides.left : sides.right
  const keyOf = matchKey(matching)
  const manyKeys = many.labels.map(keyOf)
  const oneRows = new KeyedRows(one.labels.map(keyOf))
  refuseAmbiguous({ one, many, oneRows, matching, side: oneIsLeft ? 'left' : 'right' })
  if (matching.cardinality === 'one-to-one')
    refuseImplicitGrouping({ one, many, oneRows, manyRows: new KeyedRows(manyKeys) })
  const rows = new ResultRows(matching, operation, many.steps)
  const combine = combiner(operation)
  const { steps } = many
  manyKeys.forEach((key, manyRow) => {
    oneRows.each(key, (oneRow) => {
      let target = -1
      budget.look(steps)
      for (let step = 0; step < steps; step++) {
        const manyCell = manyRow * steps + step
        const oneCell = oneRow * steps + step
        if (many.present[manyCell] === 0 || one.present[oneCell] === 0) continue
        const manyValue = many.values[manyCell] ?? 0
        const oneValue = one.values[oneCell] ?? 0
        const result = oneIsLeft ? combine(oneValue, manyValue) : combine(manyValue, oneValue)
        if (result === undefined) continue
        if (target < 0) target = rows.rowOf(key, many.labels[manyRow] ?? {}, one.labels[oneRow] ?? {})
        rows.set(target, step, result)
      }
    })
  })
  return rows.frame()
}

type Pairing = { one: Frame; many: Frame; oneRows: KeyedRows; manyRows: KeyedRows }

/** Throws where two samples match the same one without group_left or group_right, even if a comparison drops them. */
function refuseImplicitGrouping({ one, many, oneRows, manyRows }: Pairing): void {
  for (const [key, rows] of manyRows.several) {
    if (!oneRows.has(key)) continue
    for (let step = 0; step < many.steps; step++) {
      const there = (frame: Frame) => (row: number) => frame.present[row * many.steps + step] === 1
      let partner = false
      oneRows.each(key, (row) => {
        partner ||= there(one)(row)
      })
      if (rows.filter(there(many)).length < 2 || !partner) continue
      throw new EyeNetError(
        'invalid',
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      )
    }
  }
}

type OneSide = {
  readonly one: Frame
  readonly many: Frame
  readonly oneRows: KeyedRows
  readonly matching: VectorMatching
  readonly side: 'left' | 'right'
}

/** Throws where the "one" side has two samples for a key at a step at which the other side has any. */
function refuseAmbiguous({ one, many, oneRows, matching, side }: OneSide): void {
  if (oneRows.several.size === 0) return
  const { steps } = one
  const anyMany = stepsWithSamples(many)
  for (const rows of oneRows.several.values()) {
    for (let step = 0; step < steps; step++) {
      const there = rows.filter((row) => one.present[row * steps + step] === 1)
      if (there.length < 2 || anyMany[step] === 0) continue
      const [first, second] = there.map((row) => one.labels[row] ?? {})
      const group = labelsText(matchedLabels(matching, first ?? {}))
      const series = `[${labelsText(second ?? {})}, ${labelsText(first ?? {})}]`
      throw new EyeNetError(
        'invalid',
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ${series};many-to-many matching not allowed: matching labels must be unique on one side`,
      )
    }
  }
}

function stepsWithSamples(frame: Frame): Uint8Array {
  const any = new Uint8Array(frame.steps)
  frame.present.forEach((there, cell) => {
    if (there === 1) any[cell % frame.steps] = 1
  })
  return any
}

/** Rows of a result that is found sample by sample. */
class ResultRows {
  private readonly labels: Labels[] = []
  // Three lists of numbers: one object per sample would be most of the time spent.
  private readonly rows: number[] = []
  private readonly atSteps: number[] = []
  private readonly values: number[] = []
  private readonly byKey = new Map<string, number>()
  private readonly matching: VectorMatching
  private readonly operation: Operation
  private readonly steps: number

  constructor(matching: VectorMatching, operation: Operation, steps: number) {
    this.matching = matching
    this.operation = operation
    this.steps = steps
  }

  rowOf(matchedBy: string, many: Labels, one: Labels): number {
    // One to one, the labels that match and the name are all that the result has.
    const simple = this.matching.cardinality === 'one-to-one' && this.matching.include.length === 0
    const labels = simple ? undefined : this.resultLabels(many, one)
    const key = labels === undefined ? `${many[METRIC_NAME] ?? ''}\u0000${matchedBy}` : seriesKey(labels)
    const known = this.byKey.get(key)
    if (known !== undefined) return known
    const row = this.labels.push(labels ?? this.resultLabels(many, one)) - 1
    this.byKey.set(key, row)
    return row
  }

  set(row: number, step: number, value: number): void {
    this.rows.push(row)
    this.atSteps.push(step)
    this.values.push(value)
  }

  frame(): Frame {
    const frame = newFrame(this.labels, this.steps)
    this.values.forEach((value, i) => {
      const cell = (this.rows[i] ?? 0) * this.steps + (this.atSteps[i] ?? 0)
      if (frame.present[cell] === 1) {
        throw new EyeNetError('invalid', 'multiple matches for labels: grouping labels must ensure unique matches')
      }
      frame.values[cell] = value
      frame.present[cell] = 1
    })
    return frame
  }

  private resultLabels(many: Labels, one: Labels): Labels {
    const { cardinality, on, labels: names, include } = this.matching
    const keepsName = isComparison(this.operation.op) && !this.operation.bool
    let labels = keepsName ? many : withoutName(many)
    if (cardinality === 'one-to-one' && (on || names.length > 0)) {
      const listed = new Set(names)
      labels = Object.fromEntries(Object.entries(labels).filter(([name]) => listed.has(name) === on))
    }
    if (include.length === 0) return labels
    const copied: Record<string, string> = { ...labels }
    for (const name of include) {
      const value = labelValue(one, name)
      if (value === '') delete copied[name]
      else copied[name] = value
    }
    return copied
  }
}

/** and, or, unless. */
export function combineSets(op: 'and' | 'or' | 'unless', matching: VectorMatching, sides: Sides): Frame {
  const { left, right, budget } = sides
  const { steps } = left
  const keyOf = matchKey(matching)
  const [filtered, other] = op === 'or' ? [right, left] : [left, right]
  const rows = new KeyedRows(other.labels.map(keyOf))
  const wanted = op === 'and' ? 1 : 0
  const kept = new Uint8Array(filtered.present.length)
  const seen = new Uint8Array(steps)
  filtered.labels.forEach((labels, row) => {
    seen.fill(0)
    budget.look(steps)
    rows.each(keyOf(labels), (otherRow) => {
      budget.look(steps)
      for (let step = 0; step < steps; step++) if (other.present[otherRow * steps + step] === 1) seen[step] = 1
    })
    for (let step = 0; step < steps; step++) {
      if (seen[step] === wanted) kept[row * steps + step] = filtered.present[row * steps + step] ?? 0
    }
  })
  return op === 'or' ? stack(left, { ...right, present: kept }) : { ...left, present: kept }
}

/** The rows of two frames, one below the other. */
function stack(top: Frame, bottom: Frame): Frame {
  const frame = newFrame([...top.labels, ...bottom.labels], top.steps)
  frame.values.set(top.values)
  frame.present.set(top.present)
  frame.values.set(bottom.values, top.values.length)
  frame.present.set(bottom.present, top.present.length)
  return frame
}
