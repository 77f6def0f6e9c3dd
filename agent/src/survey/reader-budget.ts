import type { SnmpValue, TableStop } from '../snmp/snmp.ts'

/** What one survey may cost a device and us. The largest recorded devices need a small part of each. */
const MAX_QUESTIONS = 5_000
/** Milliseconds spent asking: a survey that waits for its turn spends none. */
const MAX_MS = 10 * 60_000
const MAX_OCTETS = 16 * 1024 * 1024
/** Tables in a row that do not end: the device makes them up, or goes in circles. */
const MAX_ENDLESS_TABLES = 8
/** What a value costs beside its text. */
const VALUE_OCTETS = 16

/** Counts what a survey has used; spent once is spent for good. */
export class ReaderBudget {
  readonly #nowMs: () => number
  #questions = 0
  #usedMs = 0
  #askedAtMs: number | null = null
  #octets = 0
  #endless = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Why nothing more is asked, a clause for people; null while there is something left. */
  get spent(): string | null {
    if (this.#questions >= MAX_QUESTIONS) return `${MAX_QUESTIONS} questions were asked`
    const runningMs = this.#askedAtMs === null ? 0 : this.#nowMs() - this.#askedAtMs
    if (this.#usedMs + runningMs >= MAX_MS) return `it took ${MAX_MS / 60_000} minutes`
    if (this.#octets >= MAX_OCTETS) return `its values are more than ${MAX_OCTETS / 1024 / 1024} MiB`
    return this.#endless >= MAX_ENDLESS_TABLES ? `${this.#endless} tables in a row did not end` : null
  }

  /** Takes one question; false where none is left. */
  readonly take = (): boolean => {
    if (this.spent !== null) return false
    this.#questions++
    return true
  }

  /** Counts the time of what is asked. */
  async during<T>(ask: () => Promise<T>): Promise<T> {
    const fromMs = this.#nowMs()
    this.#askedAtMs = fromMs
    try {
      return await ask()
    } finally {
      this.#askedAtMs = null
      this.#usedMs += this.#nowMs() - fromMs
    }
  }

  keep(value: SnmpValue, index = ''): void {
    const held = 'value' in value ? value.value : undefined
    const length = typeof held === 'string' || held instanceof Uint8Array ? held.length : 0
    this.#octets += VALUE_OCTETS + index.length + length
  }

  /** How a table ended that the caller wanted whole. */
  ended(stopped: TableStop | null): void {
    if (stopped === null) this.#endless = 0
    else if (stopped.kind === 'limit' || stopped.kind === 'not-increasing') this.#endless++
  }
}
