/** Counts, per sender, the live feeds whose client has not yet said who it is. */
export function countStrangers(max: number) {
  const waiting = new Map<string, number>()
  return {
    /** A function that says that this one is known or gone; undefined when the sender has too many that are neither. */
    enter(sender: string): (() => void) | undefined {
      const count = waiting.get(sender) ?? 0
      if (count >= max) return undefined
      waiting.set(sender, count + 1)
      let isCounted = true
      return () => {
        if (!isCounted) return
        isCounted = false
        const left = (waiting.get(sender) ?? 1) - 1
        if (left > 0) waiting.set(sender, left)
        else waiting.delete(sender)
      }
    },
  }
}
