/** Which rows of a long list are drawn, and how much room is left above and below them. */
export type ListWindow = {
  readonly first: number
  /** Behind the last row that is drawn. */
  readonly end: number
  readonly above: number
  readonly below: number
}

export type ListView = {
  readonly count: number
  readonly rowHeight: number
  readonly scrollTop: number
  readonly height: number
}

/** Rows drawn beyond each edge, so that a fast scroll shows no blank. */
const OVERSCAN = 8

export function listWindow({ count, rowHeight, scrollTop, height }: ListView): ListWindow {
  const visible = Math.ceil(Math.max(0, height) / rowHeight)
  const top = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, count - visible))
  const first = Math.max(0, top - OVERSCAN)
  const end = Math.min(count, top + visible + OVERSCAN)
  return { first, end, above: first * rowHeight, below: Math.max(0, count - end) * rowHeight }
}

/** Where to scroll so that a row is seen whole; undefined when it is already. */
export function scrollToRow(view: ListView, index: number): number | undefined {
  const top = index * view.rowHeight
  if (top < view.scrollTop) return top
  const bottom = top + view.rowHeight
  return bottom > view.scrollTop + view.height ? bottom - view.height : undefined
}
