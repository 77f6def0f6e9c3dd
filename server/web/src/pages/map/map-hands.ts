import type { KnownMap } from './data/use-map.ts'
import type { usePositions } from './data/use-positions.ts'
import { titleOf } from './draw/drawing.ts'
import type { CanvasEvents } from './draw/map-canvas.ts'
import { type MapAddress, withGroup } from './map-address.ts'

type Hands = {
  readonly address: MapAddress
  readonly positions: ReturnType<typeof usePositions>
  readonly change: (part: Partial<MapAddress>) => void
}

/** Escape lets go of what is picked, then of the device that only its surroundings are shown of. */
export const leaving = ({ pick, focus }: MapAddress): Partial<MapAddress> =>
  pick === '' && focus !== '' ? { focus: '' } : { pick: '' }

/** What a pointer or key on the drawing does. */
export function eventsOf(map: KnownMap, { address, positions, change }: Hands): CanvasEvents {
  const open = (id: string | undefined): boolean => {
    const mark = map.picture.marks.find((one) => one.id === id)
    if (mark?.kind !== 'group') return false
    change({ ...withGroup(address, mark.opens, 'open'), pick: mark.what === 'leafs' ? '' : mark.opens })
    return true
  }
  return {
    onPick: (id) => {
      // A wire that is one link is named by the link; that is its id too.
      const box = map.picture.boxes.find((one) => titleOf(one.id) === id)
      if (!open(id)) change({ pick: box?.id ?? id ?? '' })
    },
    onOpen: (id) => {
      const node = map.tree.nodes.get(id)
      if (!open(id) && node !== undefined && node.device !== undefined)
        change({ focus: id, pick: id, opened: [], shut: [] })
    },
    onNear: (id) => void open(id),
    onMoved: positions.move,
  }
}
