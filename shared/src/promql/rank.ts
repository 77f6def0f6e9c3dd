import { EyeNetError } from '../errors/errors.ts'
import type { Budget } from './budget.ts'
import type { Frame } from './frame.ts'
import { type RowGroups, rowsOfGroups } from './group-rows.ts'
import { formatGeneral } from './sample-value.ts'
import { pickRows } from './vector-functions.ts'

export type Ranking = {
  readonly op: 'topk' | 'bottomk'
  /** How many stay at each step. */
  readonly param: Float64Array
  readonly budget: Budget
}

/** topk and bottomk: the samples that stay keep their labels; in order of value for an instant query. */
export function rank(frame: Frame, groups: RowGroups, { op, param, budget }: Ranking): Frame {
  const { steps, present } = frame
  param.forEach(refuseBadCount)
  const kept = new Uint8Array(present.length)
  const order: number[] = []
  for (const rows of rowsOfGroups(groups)) {
    for (let step = 0; step < steps; step++) {
      budget.look(rows.length)
      const best = new Best(frame, step, { op, most: Math.trunc(param[step] ?? 0) })
      for (const row of rows) if (present[row * steps + step] === 1) best.offer(row)
      for (const row of best.rows) kept[row * steps + step] = 1
      if (steps === 1) order.push(...best.ordered())
    }
  }
  const filtered = { ...frame, present: kept }
  return steps === 1 ? pickRows(filtered, order) : filtered
}

const INT64 = 2 ** 63

function refuseBadCount(k: number): void {
  if (Number.isNaN(k)) throw new EyeNetError('invalid', 'Parameter value is NaN')
  if (k <= -INT64) throw new EyeNetError('invalid', `Scalar value ${formatGeneral(k)} underflows int64`)
  if (k >= INT64) throw new EyeNetError('invalid', `Scalar value ${formatGeneral(k)} overflows int64`)
}

/**
 * The best rows at a step in a heap with the worst of them at its root, moved as Go's container/heap moves them: which of
 * several equal samples stay is then the same as in Prometheus.
 */
class Best {
  readonly rows: number[] = []
  private readonly frame: Frame
  private readonly step: number
  private readonly most: number
  private readonly sign: 1 | -1

  constructor(frame: Frame, step: number, { op, most }: { op: Ranking['op']; most: number }) {
    this.frame = frame
    this.step = step
    this.most = most
    this.sign = op === 'topk' ? 1 : -1
  }

  offer(row: number): void {
    const { rows, most } = this
    if (rows.length < most) {
      rows.push(row)
      this.up(rows.length - 1)
      return
    }
    const [worst] = rows
    if (worst === undefined) return
    const [value, known] = [this.valueOf(row), this.valueOf(worst)]
    if (known < value || (Number.isNaN(known) && !Number.isNaN(value))) {
      rows[0] = row
      this.down()
    }
  }

  /** The best first. */
  ordered(): readonly number[] {
    return [...this.rows].sort((a, b) => Number(this.worse(a, b)) - Number(this.worse(b, a)))
  }

  /** Turned round for bottomk, so that the larger is the better. */
  private valueOf(row: number): number {
    return (this.frame.values[row * this.frame.steps + this.step] ?? 0) * this.sign
  }

  private worse(a: number, b: number): boolean {
    const [x, y] = [this.valueOf(a), this.valueOf(b)]
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && !Number.isNaN(y)
    return x < y
  }

  /** As `Less` of Prometheus' heaps: NaN is less than anything, itself included. */
  private less(i: number, j: number): boolean {
    const x = this.valueOf(this.rows[i] ?? 0)
    return Number.isNaN(x) || x < this.valueOf(this.rows[j] ?? 0)
  }

  private swap(i: number, j: number): void {
    const { rows } = this
    ;[rows[i], rows[j]] = [rows[j] ?? 0, rows[i] ?? 0]
  }

  private up(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!this.less(child, parent)) return
      this.swap(parent, child)
      child = parent
    }
  }

  private down(): void {
    const { length } = this.rows
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1
      if (left >= length) return
      const child = left + 1 < length && this.less(left + 1, left) ? left + 1 : left
      if (!this.less(child, parent)) return
      this.swap(parent, child)
      parent = child
    }
  }
}
