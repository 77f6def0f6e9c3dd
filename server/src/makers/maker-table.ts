/** How many bits of an address its registries assign (IEEE RA: MA-S, MA-M, MA-L), the longest first. */
const ASSIGNED_BITS = [36, 28, 24] as const
const ADDRESS_BITS = 48
const BITS_A_DIGIT = 4
/** With 36 bits of an address beside it, a number of one is exact; there are 31,000. */
const MAX_MAKERS = 2 ** 17
/** IEEE's names are 108 characters at most; what others write there is cut. */
const MAX_NAME = 120
/** Makers that are none: addresses that IEEE assigns in smaller parts, and those whose holder is not told. */
const NOBODY = /^(?:ieee registration authority|private)$/i

export const NO_MAKER = -1

type Registry = { readonly shift: number; readonly prefixes: Float64Array; readonly makers: Uint32Array }

/**
 * Makers by the first bits of addresses: numbers in order and one buffer of names, 1.5 MB for 54,000 assignments, where an
 * object of texts takes 20.
 */
export class MakerTable {
  readonly #registries: readonly Registry[]
  readonly #names: Buffer
  /** Where each name ends in the buffer. */
  readonly #ends: Uint32Array

  /** Of each assignment its first 6, 7 or 9 hex digits and who holds it; what has another length is passed over. */
  constructor(assignments: Iterable<readonly [prefix: string, maker: string]>) {
    const names = new Map<string, number>()
    // A maker has many assignments, all in the same words.
    const known = new Map<string, string>()
    const found = new Map<number, number[]>(ASSIGNED_BITS.map((bits) => [bits, []]))
    for (const [prefix, told] of assignments) {
      const rows = found.get(prefix.length * BITS_A_DIGIT)
      const number = Number.parseInt(prefix, 16)
      const name = known.get(told) ?? nameOf(told)
      known.set(told, name)
      if (rows === undefined || Number.isNaN(number) || name === '' || names.size >= MAX_MAKERS) continue
      const maker = names.get(name) ?? names.size
      names.set(name, maker)
      rows.push(number * MAX_MAKERS + maker)
    }
    this.#registries = [...found].map(([bits, rows]) => {
      const sorted = Float64Array.from(rows).sort()
      return {
        shift: 2 ** (ADDRESS_BITS - bits),
        prefixes: sorted.map((row) => Math.floor(row / MAX_MAKERS)),
        makers: Uint32Array.from(sorted, (row) => row % MAX_MAKERS),
      }
    })
    this.#names = Buffer.from([...names.keys()].join(''))
    let end = 0
    this.#ends = Uint32Array.from(names.keys(), (name) => {
      end += Buffer.byteLength(name)
      return end
    })
  }

  /** The number of the maker of an address, which is its 48 bits; NO_MAKER where no registry has it. */
  makerAt(address: number): number {
    for (const { shift, prefixes, makers } of this.#registries) {
      const at = placeOf(prefixes, Math.floor(address / shift))
      if (at !== undefined) return makers[at] ?? NO_MAKER
    }
    return NO_MAKER
  }

  /** Empty for a number that no maker has. */
  name(maker: number): string {
    const end = this.#ends[maker]
    return end === undefined ? '' : this.#names.toString('utf8', this.#ends[maker - 1] ?? 0, end)
  }

  /** Numbers of the makers whose name has this in it, whatever its case. */
  named(text: string): ReadonlySet<number> {
    const wanted = text.toLowerCase()
    const found = new Set<number>()
    for (let maker = 0; maker < this.#ends.length; maker++) {
      if (this.name(maker).toLowerCase().includes(wanted)) found.add(maker)
    }
    return found
  }
}

function nameOf(line: string): string {
  const name = line.replace(/\p{C}/gu, ' ').replace(/\s+/g, ' ').trim().slice(0, MAX_NAME)
  return NOBODY.test(name) ? '' : name
}

function placeOf(sorted: Float64Array, wanted: number): number | undefined {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return sorted[low] === wanted ? low : undefined
}
