/** What is wrong with a MIB file, and where. An error lost a definition; a warning was got over. */
export type MibProblem = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

export type MibFile = { readonly name: string; readonly text: string }

/** More of them help nobody; the rest is counted. */
const MAX_PROBLEMS = 1_000

/** Problems of a compilation. Positions are offsets into a file's text until they are asked for. */
export class ProblemList {
  readonly problems: MibProblem[] = []
  dropped = 0
  readonly #lineStarts = new Map<MibFile, readonly number[]>()

  add(
    at: { readonly file: MibFile; readonly offset: number },
    severity: MibProblem['severity'],
    message: string,
  ): void {
    if (this.problems.length >= MAX_PROBLEMS) {
      this.dropped++
      return
    }
    const starts = this.#startsOf(at.file)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((starts[middle] ?? 0) <= at.offset) low = middle
      else high = middle
    }
    const column = at.offset - (starts[low] ?? 0) + 1
    this.problems.push({ file: at.file.name, line: low + 1, column, severity, message })
  }

  #startsOf(file: MibFile): readonly number[] {
    const known = this.#lineStarts.get(file)
    if (known) return known
    const starts = [0]
    for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#lineStarts.set(file, starts)
    return starts
  }
}
