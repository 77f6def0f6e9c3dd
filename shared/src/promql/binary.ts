import { EyeNetError } from '../errors/errors.ts'
import { type Labels, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import { ARITHMETIC, COMPARISONS, isArithmetic } from './arithmetic.ts'
import type { BinaryOp, VectorMatching } from './ast.ts'
import { isComparison } from './ast.ts'
import type { Budget } from './budget.ts'
import { type Frame, newFrame, type Row, type Rows, withoutName } from './frame.ts'
import { labelValue } from './label-value.ts'
import { labelsText } from './labels-text.ts'
import { KeyedRows, matchedLabels, matchKey } from './match-key.ts'
import { changeRows, dropNames } from './rows.ts'

export type Operation = { readonly op: BinaryOp; readonly bool: boolean }

/** What an operator does with two numbers: it gives a value, or lets the left one through. */
type Combiner =
  | { readonly kind: 'value'; readonly of: (a: number, b: number) => number }
  | { readonly kind: 'filter'; readonly passes: (a: number, b: number) => boolean }

function combiner({ op, bool }: Operation): Combiner {
  if (isArithmetic(op)) return { kind: 'value', of: ARITHMETIC[op] }
  if (!isComparison(op)) throw new Error(`${op} is no operator of numbers`)
  const passes = COMPARISONS[op]
  return bool ? { kind: 'value', of: (a, b) => (passes(a, b) ? 1 : 0) } : { kind: 'filter', passes }
}

/** Two scalars, step by step. */
export function scalarScalar(operation: Operation, left: Float64Array, right: Float64Array): Float64Array {
  const combine = combiner(operation)
  if (combine.kind === 'filter') throw new Error('a comparison of scalars without bool')
  return left.map((value, step) => combine.of(value, right[step] ?? 0))
}

/** A vector and a scalar; `swapped` when the scalar stands on the left. A filter keeps the vector's value and name. */
export function vectorScalar(
  operation: Operation,
  rows: Rows,
  { scalar, swapped, budget }: { scalar: Float64Array; swapped: boolean; budget: Budget },
): Rows {
  const combine = combiner(operation)
  const changed = changeRows(rows, budget, ({ values, present }) => {
    for (let step = 0; step < values.length; step++) {
      if (present[step] === 0) continue
      const value = values[step] ?? 0
      const other = scalar[step] ?? 0
      const [a, b] = swapped ? [other, value] : [value, other]
      if (combine.kind === 'value') values[step] = combine.of(a, b)
      else if (!combine.passes(a, b)) present[step] = 0
    }
  })
  return combine.kind === 'filter' ? changed : dropNames(changed, budget)
}

export type Sides = { readonly left: Frame; readonly right: Frame; readonly budget: Budget }

/** Arithmetic and comparison between two vectors by the labels that match. */
export function vectorVector(operation: Operation, matching: VectorMatching, sides: Sides): Frame {
  const { budget } = sides
  const oneIsLeft = matching.cardinality === 'one-to-many'
  const many = oneIsLeft ? sides.right : sides.left
  const one = oneIsLeft ? sides.left : sides.right
  const manyKeys = keysOf(many, matching, budget)
  const oneRows = new KeyedRows(keysOf(one, matching, budget))
  refuseAmbiguous({ one, many, oneRows, matching, side: oneIsLeft ? 'left' : 'right' })
  if (matching.cardinality === 'one-to-one')
    refuseImplicitGrouping({ one, many, oneRows, manyRows: new KeyedRows(manyKeys) })
  const rows = new ResultRows(matching, operation, many.steps)
  const combine = combiner(operation)
  const { steps } = many
  const { values: leftValues, present: leftPresent } = sides.left
  const { values: rightValues, present: rightPresent } = sides.right
  manyKeys.forEach((key, manyRow) => {
    oneRows.each(key, (oneRow) => {
      budget.look(steps)
      let target: Row | undefined
      const [left, right] = oneIsLeft ? [oneRow, manyRow] : [manyRow, oneRow]
      for (let step = 0; step < steps; step++) {
        const leftCell = left * steps + step
        const rightCell = right * steps + step
        if (leftPresent[leftCell] === 0 || rightPresent[rightCell] === 0) continue
        const a = leftValues[leftCell] ?? 0
        const b = rightValues[rightCell] ?? 0
        if (combine.kind === 'filter' && !combine.passes(a, b)) continue
        if (target === undefined) budget.rows(1)
        target ??= rows.rowOf(key, many.labels[manyRow] ?? {}, one.labels[oneRow] ?? {})
        if (target.present[step] === 1) refuseSecondMatch()
        target.values[step] = combine.kind === 'filter' ? a : combine.of(a, b)
        target.present[step] = 1
      }
    })
  })
  return rows.frame()
}

/** By what each series matches. */
function keysOf(frame: Frame, matching: VectorMatching, budget: Budget): readonly string[] {
  const keyOf = matchKey(matching)
  return frame.labels.map((labels) => {
    budget.rows(1)
    return keyOf(labels)
  })
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

function refuseSecondMatch(): never {
  throw new EyeNetError('invalid', 'multiple matches for labels: grouping labels must ensure unique matches')
}

/** Rows of a result that is found pair by pair. */
class ResultRows {
  private readonly labels: Labels[] = []
  private readonly rows: Row[] = []
  private readonly byKey = new Map<string, Row>()
  private readonly matching: VectorMatching
  private readonly operation: Operation
  private readonly steps: number

  constructor(matching: VectorMatching, operation: Operation, steps: number) {
    this.matching = matching
    this.operation = operation
    this.steps = steps
  }

  rowOf(matchedBy: string, many: Labels, one: Labels): Row {
    // One to one, the labels that match and the name are all that the result has.
    const simple = this.matching.cardinality === 'one-to-one' && this.matching.include.length === 0
    const labels = simple ? undefined : this.resultLabels(many, one)
    const key = labels === undefined ? `${many[METRIC_NAME] ?? ''}\u0000${matchedBy}` : seriesKey(labels)
    const known = this.byKey.get(key)
    if (known !== undefined) return known
    const row = { values: new Float64Array(this.steps), present: new Uint8Array(this.steps) }
    this.labels.push(labels ?? this.resultLabels(many, one))
    this.rows.push(row)
    this.byKey.set(key, row)
    return row
  }

  frame(): Frame {
    const frame = newFrame(this.labels, this.steps)
    this.rows.forEach(({ values, present }, row) => {
      frame.values.set(values, row * this.steps)
      frame.present.set(present, row * this.steps)
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
  const rows = new KeyedRows(keysOf(other, matching, budget))
  const wanted = op === 'and' ? 1 : 0
  const kept = new Uint8Array(filtered.present.length)
  const seen = new Uint8Array(steps)
  filtered.labels.forEach((labels, row) => {
    seen.fill(0)
    budget.look(steps)
    budget.rows(1)
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
