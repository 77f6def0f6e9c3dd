/** Shorter words are too common to be looked for in other text. */
const SHORTEST_WORD = 4
/** Words looked for within other text; the rest are replaced only where they stand alone. */
const MOST_WORDS = 2_000
/** Lengths that a replaced text keeps, so that it looks as long as before. */
const LENGTH_CLASSES = [64, 32, 16, 8]
/** A measured value as text, with its unit: says nothing about whose device it is. */
const NUMBER_TEXT = /^[-+]?\d{1,7}(?:\.\d{1,6})?\s*(?:%|°?[CF]|m?[VAWs]|rpm|dBm?|[kMG]?(?:Hz|B|bps))?$/

/** Words that say whose device it is, and what stands in their place. */
export class WordMask {
  readonly #masked = new Map<string, string>()
  /** Replaced only where they are the whole text: too many, or too common, to be looked for. */
  readonly #names = new Map<string, string>()
  readonly #texts = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  #found: readonly string[] | undefined

  learn(text: string, label: string): void {
    if (text.trim() === '' || this.#masked.has(text)) return
    const count = this.#next(label)
    const masked = label === 'serial' ? `SN${String(count).padStart(6, '0')}` : `${label}-${count}`
    this.#masked.set(text, masked)
    // A host's name stands elsewhere without its domain.
    const [host = ''] = text.split('.')
    if (label === 'name' && host.length >= SHORTEST_WORD && !this.#masked.has(host)) this.#masked.set(host, masked)
    this.#found = undefined
  }

  /** The mask of a host's name, however short. */
  host(name: string): string {
    this.learn(name, 'name')
    return this.#masked.get(name) ?? name
  }

  /** The mask of a word of an index or of an interface's name, however short. */
  word(text: string): string {
    if (NUMBER_TEXT.test(text) || text.trim() === '') return text
    return this.#masked.get(text) ?? made(this.#names, text, () => `word-${this.#next('word')}`)
  }

  /** The mask of a text of which nothing is known: about as long as before. Numbers stay. */
  unknown(text: string): string {
    if (NUMBER_TEXT.test(text) || text.trim() === '') return text
    const length = LENGTH_CLASSES.find((one) => one <= text.length) ?? 0
    const known = this.#masked.get(text) ?? this.#names.get(text)
    return known ?? made(this.#texts, text, () => `text-${this.#next('text')}`.padEnd(length, 'x'))
  }

  masked(text: string): string {
    const whole = this.#masked.get(text) ?? this.#names.get(text)
    if (whole !== undefined) return whole
    let told = text
    for (const word of this.#longest())
      if (told.includes(word)) told = told.replaceAll(word, this.#masked.get(word) ?? '')
    return told
  }

  #next(label: string): number {
    const count = (this.#counts.get(label) ?? 0) + 1
    this.#counts.set(label, count)
    return count
  }

  #longest(): readonly string[] {
    this.#found ??= [...this.#masked.keys()]
      .filter((word) => word.length >= SHORTEST_WORD && !/^\d{1,6}$/.test(word))
      .sort((a, b) => b.length - a.length)
      .slice(0, MOST_WORDS)
    return this.#found
  }
}

function made(map: Map<string, string>, text: string, make: () => string): string {
  const found = map.get(text) ?? make()
  map.set(text, found)
  return found
}
