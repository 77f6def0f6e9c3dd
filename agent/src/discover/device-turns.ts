/** Work on one device is done one after the other, whatever addresses it has; work on different ones at the same time. */
export class DeviceTurns {
  /** Until when each device is busy; none of one that is not. */
  readonly #busy = new Map<string, Promise<unknown>>()

  /** `names`: all that the device is known by; work that shares one of them waits. */
  async run<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = names.flatMap((name) => this.#busy.get(name) ?? [])
    const done = Promise.allSettled(before).then(work)
    for (const name of names) this.#busy.set(name, done)
    try {
      return await done
    } finally {
      for (const name of names) if (this.#busy.get(name) === done) this.#busy.delete(name)
    }
  }
}
