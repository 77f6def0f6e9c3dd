type Kept<T> = { readonly inputs: readonly unknown[]; readonly value: T }

/**
 * What was made of the same inputs the last time, by key: most of a network stays as it is while one device tells
 * something. What a turn did not ask for is forgotten with the next one.
 */
export class Memo<T> {
  #before: ReadonlyMap<unknown, Kept<T>> = new Map()
  #now = new Map<unknown, Kept<T>>()

  turn(): void {
    this.#before = this.#now
    this.#now = new Map()
  }

  /** The value of before where every input is the same object, else a new one. */
  get(key: unknown, inputs: readonly unknown[], make: () => T): T {
    const before = this.#before.get(key) ?? this.#now.get(key)
    const isSame = before?.inputs.length === inputs.length && before.inputs.every((one, at) => one === inputs[at])
    const kept = before !== undefined && isSame ? before : { inputs, value: make() }
    this.#now.set(key, kept)
    return kept.value
  }
}
