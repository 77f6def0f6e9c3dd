import type { DrawnNode } from './drawing.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'
const STEP: Readonly<Record<Direction, readonly [x: number, y: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
}
/** What lies aside counts this many times as far as what lies ahead. */
const ASIDE = 2.5

/** The mark that an arrow key leads to: the nearest in that direction; without a start the topmost. */
export function nextMark(
  nodes: readonly DrawnNode[],
  from: string | undefined,
  direction: Direction,
): string | undefined {
  const marks = nodes.filter((node) => node.kind === 'node' || node.kind === 'group')
  const start = marks.find((node) => node.id === from)
  if (start === undefined) return [...marks].sort((a, b) => a.y - b.y || a.x - b.x)[0]?.id
  const [x, y] = STEP[direction]
  let best: { id: string; far: number } | undefined
  for (const mark of marks) {
    const [dx, dy] = [mark.x - start.x, mark.y - start.y]
    const ahead = dx * x + dy * y
    if (mark.id === start.id || ahead <= 1) continue
    const far = ahead + ASIDE * Math.abs(dx * y + dy * x)
    if (best === undefined || far < best.far) best = { id: mark.id, far }
  }
  return best?.id
}
