import type { TimeWindow } from './training-job.ts'

/** Whether a time lies in one of the windows, asked for times that do not go back. */
export function windowCursor<W extends TimeWindow>(windows: readonly W[]): (time: number) => W | undefined {
  const sorted = [...windows].sort((left, right) => left.from - right.from)
  let next = 0
  let open: W[] = []
  return (time) => {
    for (let window = sorted[next]; window !== undefined && window.from <= time; window = sorted[++next])
      open.push(window)
    if (open.length > 0) open = open.filter(({ to }) => to >= time)
    return open[0]
  }
}
