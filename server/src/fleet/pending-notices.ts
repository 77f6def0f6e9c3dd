import type { AgentId } from '@eyenet/shared/identity'
import type { NewNotice } from './notices.ts'

/** Waiting per agent: what an agent does wrong a hundred times in a moment is told a few times. */
const MAX_PER_AGENT = 20
const MAX_AGENTS = 10_000

/** Notices that wait to be written; one that comes again replaces itself. */
export class PendingNotices {
  readonly #waiting = new Map<AgentId, Map<string, NewNotice>>()
  #dropped = 0

  /** Dropped because there were too many. */
  get dropped(): number {
    return this.#dropped
  }

  add(notice: NewNotice): void {
    const known = this.#waiting.get(notice.agent)
    const waiting = known ?? new Map<string, NewNotice>()
    const isFull = known === undefined ? this.#waiting.size >= MAX_AGENTS : waiting.size >= MAX_PER_AGENT
    if (isFull && !waiting.has(notice.key)) {
      this.#dropped += 1
      return
    }
    this.#waiting.set(notice.agent, waiting.set(notice.key, notice))
  }

  /** All that wait, which is then none. */
  take(): readonly NewNotice[] {
    const taken = [...this.#waiting.values()].flatMap((notices) => [...notices.values()])
    this.#waiting.clear()
    return taken
  }
}
