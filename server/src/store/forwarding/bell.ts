/** Wakes who waits for it, or who comes next. */
export class Bell {
  #isRung = false
  #wake: (() => void) | undefined

  ring(): void {
    this.#isRung = true
    this.#wake?.()
  }

  /** Resolves at the next ring, at once when it rang since the last wait. One at a time. */
  async wait(): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#isRung = false
    this.#wake = undefined
  }
}
