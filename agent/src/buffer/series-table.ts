import type { Labels } from '@eyenet/shared/identity'
import type { SeriesDefinition } from '@eyenet/shared/wire'
import type { OutboxDatabase } from './outbox-file.ts'
import { checksumOf } from './row-checksum.ts'

/** The series ids of the outbox, and which of them the server knows. Labels stay on disk; memory has one byte a series. */
export class SeriesTable {
  readonly #database: OutboxDatabase
  readonly #find
  readonly #labels
  readonly #insert
  readonly #know
  /** Series that the next commit writes: their labels as text. */
  readonly #fresh = new Map<string, number>()
  #next: number
  #known: Uint8Array
  #unknown = 0
  /** Devices by series id, as far as somebody asked. */
  readonly #devices: string[] = []

  constructor(database: OutboxDatabase) {
    this.#database = database
    this.#find = database.prepare<[string], number>('SELECT id FROM series WHERE labels = ?').pluck()
    this.#labels = database.prepare<[number], string>('SELECT labels FROM series WHERE id = ?').pluck()
    this.#insert = database.prepare('INSERT INTO series (id, labels, known, crc) VALUES (?, ?, 0, ?)')
    this.#know = database.prepare('UPDATE series SET known = 1 WHERE id = ?')
    this.#next = Number(database.prepare('SELECT COALESCE(MAX(id) + 1, 0) FROM series').pluck().get())
    this.#known = new Uint8Array(Math.max(1024, this.#next * 2))
    const known = database.prepare<[], number>('SELECT id FROM series WHERE known = 1').pluck()
    for (const id of known.iterate()) this.#known[id] = 1
    this.#unknown = this.#next - Number(database.prepare('SELECT COUNT(*) FROM series WHERE known = 1').pluck().get())
  }

  /** The id of a series, a new one for new labels. It is on disk with the next commit. */
  idOf(labels: Labels): number {
    const text = canonical(labels)
    const id = this.#fresh.get(text) ?? this.#find.get(text)
    if (id !== undefined) return id
    const fresh = this.#next++
    this.#fresh.set(text, fresh)
    this.#devices[fresh] = labels.device ?? ''
    if (fresh >= this.#known.length) {
      const grown = new Uint8Array(this.#known.length * 2)
      grown.set(this.#known)
      this.#known = grown
    }
    this.#unknown++
    return fresh
  }

  /** Writes new series; call it within the transaction, and `saved` once that is done. */
  save(): void {
    for (const [labels, id] of this.#fresh) this.#insert.run(id, labels, checksumOf([id, labels]))
  }

  saved(): void {
    this.#fresh.clear()
  }

  /** The labels of a series, once it is on disk. */
  labelsOf(id: number): Labels | undefined {
    const text = this.#labels.get(id)
    return text === undefined ? undefined : JSON.parse(text)
  }

  /** The device a series is of; '' where it is of none. */
  deviceOf(id: number): string {
    const known = this.#devices[id]
    if (known !== undefined) return known
    const text = this.#labels.get(id)
    const device = text === undefined ? '' : deviceIn(text)
    this.#devices[id] = device
    return device
  }

  /** Whether the server knows every series there is. */
  get allKnown(): boolean {
    return this.#unknown === 0
  }

  /** Definitions of those of the ids (ascending) that the server does not know. */
  definitionsFor(ids: Int32Array): SeriesDefinition[] {
    const found: SeriesDefinition[] = []
    let before = -1
    for (const id of ids) {
      if (id === before || this.#known[id] === 1) continue
      before = id
      const text = this.#labels.get(id)
      if (text !== undefined) found.push({ id, labels: JSON.parse(text) })
    }
    return found
  }

  /** The server has stored a message with these definitions. Call it within a transaction. */
  markKnown(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.#known[id] === 1) continue
      this.#know.run(id)
      this.#known[id] = 1
      this.#unknown--
    }
  }

  /** The server knows none any more. */
  forgetKnown(): void {
    this.#database.prepare('UPDATE series SET known = 0 WHERE known = 1').run()
    this.#known.fill(0)
    this.#unknown = this.#next
  }
}

/** Equal labels give equal text: names in order, empty values left out as in the Prometheus data model. */
function canonical(labels: Labels): string {
  const names = Object.keys(labels).filter((name) => labels[name] !== '')
  return JSON.stringify(Object.fromEntries(names.sort().map((name) => [name, labels[name]])))
}

function deviceIn(labels: string): string {
  const { device } = JSON.parse(labels)
  return typeof device === 'string' ? device : ''
}
