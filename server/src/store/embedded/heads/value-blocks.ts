/** Values of a block: what a series that is asked every minute gathers in a quarter of an hour. */
export const BLOCK_VALUES = 16
const BLOCK_BITS = 4
const SLAB_BLOCKS = 4_096
const SLAB_BITS = 12
const NONE = -1

/**
 * Values of many series in few large arrays: a series has a chain of blocks, which go back when its samples are on disk.
 * No series has an array of its own, so that a hundred thousand of them cost neither objects nor garbage.
 */
export class ValueBlocks {
  readonly #slabs: Float64Array[] = []
  /** The block after each one, in a chain or among the free. */
  #next = new Int32Array(0)
  #free = NONE
  #made = 0

  /** A block for the next value of a chain that ends with `last`, or begins where there is none. */
  take(last: number): number {
    if (this.#free === NONE) this.#grow()
    const block = this.#free
    this.#free = this.#next[block] ?? NONE
    this.#next[block] = NONE
    if (last !== NONE) this.#next[last] = block
    return block
  }

  set(block: number, at: number, value: number): void {
    const slab = this.#slabs[block >> SLAB_BITS]
    if (slab !== undefined) slab[((block & (SLAB_BLOCKS - 1)) << BLOCK_BITS) + at] = value
  }

  /** The `count` values of a chain, in an array of their own. */
  copied(first: number, count: number): Float64Array {
    const values = new Float64Array(count)
    let block = first
    for (let at = 0; at < count; at += BLOCK_VALUES) {
      const start = (block & (SLAB_BLOCKS - 1)) << BLOCK_BITS
      const slab = this.#slabs[block >> SLAB_BITS]
      if (slab !== undefined) values.set(slab.subarray(start, start + Math.min(BLOCK_VALUES, count - at)), at)
      block = this.#next[block] ?? NONE
    }
    return values
  }

  /** Gives a chain back. */
  release(first: number, last: number): void {
    if (first === NONE) return
    this.#next[last] = this.#free
    this.#free = first
  }

  #grow(): void {
    this.#slabs.push(new Float64Array(SLAB_BLOCKS * BLOCK_VALUES))
    const next = new Int32Array(this.#made + SLAB_BLOCKS)
    next.set(this.#next)
    for (let block = this.#made; block < next.length; block++) next[block] = block + 1
    next[next.length - 1] = this.#free
    this.#free = this.#made
    this.#made = next.length
    this.#next = next
  }
}
