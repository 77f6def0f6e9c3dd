import { TASK_LIMITS } from '@eyenet/shared/wire'

const MAX_LINE = 1_000

/** The newest lines of the agent's log, for those who ask from afar. */
export class RecentLog {
  readonly #lines: string[] = []

  add(line: string): void {
    this.#lines.push(line.trimEnd().slice(0, MAX_LINE))
    if (this.#lines.length > TASK_LIMITS.logLines) this.#lines.shift()
  }

  get lines(): readonly string[] {
    return this.#lines
  }
}
