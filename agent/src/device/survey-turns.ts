/** Surveys under way at a time: each walks tables and thinks for some milliseconds; polls go on beside them. */
const MAX_SURVEYS = 4

/** Lets surveys begin in turn, so that a start with a thousand devices is no burst. */
export class SurveyTurns {
  readonly #most: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(most = MAX_SURVEYS) {
    this.#most = most
  }

  /** Runs it when its turn comes. Each device has one survey at most, which bounds what waits. */
  async run<T>(survey: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
    try {
      return await survey()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
