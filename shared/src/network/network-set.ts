import type { IpNumber } from './ip-address.ts'
import { type IpNetwork, lastOf } from './ip-network.ts'

type Range = { readonly first: bigint; readonly last: bigint }

/**
 * Addresses as ranges that do not touch each other, in order, for each family. Sets are values: each operation makes a
 * new one, in time that goes with the number of ranges, not of addresses.
 */
export class NetworkSet {
  readonly #ranges: Readonly<Record<4 | 6, readonly Range[]>>

  private constructor(ranges: Readonly<Record<4 | 6, readonly Range[]>>) {
    this.#ranges = ranges
  }

  static of(networks: readonly IpNetwork[]): NetworkSet {
    const of = (family: 4 | 6): readonly Range[] =>
      merged(networks.filter((one) => one.family === family).map((one) => ({ first: one.value, last: lastOf(one) })))
    return new NetworkSet({ 4: of(4), 6: of(6) })
  }

  has({ family, value }: IpNumber): boolean {
    const ranges = this.#ranges[family]
    let low = 0
    let high = ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges[middle]?.last ?? 0n) < value) low = middle + 1
      else high = middle
    }
    const range = ranges[low]
    return range !== undefined && range.first <= value
  }

  /** How many addresses of a family are in it. */
  count(family: 4 | 6): bigint {
    return this.#ranges[family].reduce((sum, { first, last }) => sum + last - first + 1n, 0n)
  }

  minus(other: NetworkSet): NetworkSet {
    return new NetworkSet({
      4: without(this.#ranges[4], other.#ranges[4]),
      6: without(this.#ranges[6], other.#ranges[6]),
    })
  }

  /** What is in both. */
  and(other: NetworkSet): NetworkSet {
    return this.minus(this.minus(other))
  }

  /** How many addresses of its family come before this one. */
  before({ family, value }: IpNumber): bigint {
    return this.#ranges[family].reduce((sum, { first, last }) => {
      if (first >= value) return sum
      return sum + (last < value ? last + 1n : value) - first
    }, 0n)
  }

  /** The address that has so many before it, counted from 0; undefined behind the last. */
  at(family: 4 | 6, index: number): IpNumber | undefined {
    let left = BigInt(index)
    for (const { first, last } of this.#ranges[family]) {
      if (left <= last - first) return { family, value: first + left }
      left -= last - first + 1n
    }
    return undefined
  }
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const found: { first: bigint; last: bigint }[] = []
  for (const range of [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = found.at(-1)
    if (before === undefined || range.first > before.last + 1n) found.push({ ...range })
    else if (range.last > before.last) before.last = range.last
  }
  return found
}

function without(ranges: readonly Range[], others: readonly Range[]): readonly Range[] {
  return ranges.flatMap((range) => {
    const left: Range[] = []
    let { first } = range
    for (const other of others) {
      if (other.last < first || other.first > range.last) continue
      if (other.first > first) left.push({ first, last: other.first - 1n })
      first = other.last + 1n
    }
    if (first <= range.last) left.push({ first, last: range.last })
    return left
  })
}
