/** Surveys under way at a time: each walks tables and thinks for some milliseconds; polls go on beside them. */
const MAX_SURVEYS = 4

/** Devices whose links are read at a time: each is asked slowly, and a thousand have their turn within five minutes. */
const MAX_LINK_READINGS = 32

/** The turns in which what is read beside polls begins. */
export function deviceTurns(): { readonly turns: SurveyTurns; readonly linkTurns: SurveyTurns } {
  return { turns: new SurveyTurns(), linkTurns: new SurveyTurns(MAX_LINK_READINGS) }
}

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
