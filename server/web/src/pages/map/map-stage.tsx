import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { shownScheme } from '../../app/scheme.ts'
import { Icon } from '../../parts/icon.tsx'
import type { Room } from './data/use-map.ts'
import type { Drawing } from './draw/drawing.ts'
import type { CanvasEvents, MapCanvas, Sight } from './draw/map-canvas.ts'
import { paletteOf } from './draw/map-palette.ts'
import { type Direction, nextMark } from './draw/next-mark.ts'

/** The library that draws is fetched with the first map. */
const library = (): Promise<typeof import('./draw/map-canvas.ts')> => import('./draw/map-canvas.ts')

type Props = {
  readonly drawing: Drawing
  readonly picked: string | undefined
  /** What the map shows, in words. */
  readonly sentence: string
  /** Another key brings `sight` into view. */
  readonly sightKey: string
  readonly sight: Sight
  readonly editing: boolean
  readonly events: CanvasEvents
  /** An arrow key came to a mark, which is not opened by that. */
  readonly onStep: (id: string) => void
  readonly onLeave: () => void
  readonly onRoom: (room: Room) => void
  readonly onCanvas: (canvas: MapCanvas | undefined) => void
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** The drawing, with its keys: arrows go from mark to mark, Enter opens, plus and minus zoom, 0 shows all. */
export function MapStage(props: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const { canvas, state } = useCanvas(host, props)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== host.current || event.ctrlKey || event.metaKey || event.altKey) return
    const direction = ARROWS[event.key]
    if (direction !== undefined) {
      const next = nextMark(props.drawing.nodes, props.picked, direction)
      if (next !== undefined) props.onStep(next)
    } else if (event.key === 'Enter' && props.picked !== undefined) props.events.onOpen(props.picked)
    else if (event.key === 'Escape') props.onLeave()
    else if (event.key === '+' || event.key === '=') canvas.current?.zoomBy(1)
    else if (event.key === '-') canvas.current?.zoomBy(-1)
    else if (event.key === '0') canvas.current?.look({ kind: 'all' })
    else return
    event.preventDefault()
  }
  return (
    <div class="map-stage">
      <div
        class="map-canvas"
        ref={host}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move within the map (WCAG 2.1.1)
        tabIndex={0}
        aria-label={props.sentence}
        aria-describedby="map-keys"
        onKeyDown={onKeyDown}
      />
      {state === 'loading' && (
        <p class="map-waiting" role="status">
          Drawing the map…
        </p>
      )}
      {state === 'failed' && (
        <p class="map-waiting" role="alert">
          What draws the map could not be loaded. Reload the page, or take the same as a table: button Table.
        </p>
      )}
      <p class="hidden-text" role="status">
        {pickedWords(props)}
      </p>
      <p class="hidden-text" id="map-keys">
        Arrows go from device to device, Enter opens, Escape leaves, plus and minus zoom, 0 shows all. The same as a
        table: button Table.
      </p>
      <div class="map-zoom">
        <button type="button" class="icon-button" aria-label="Zoom in" onClick={() => canvas.current?.zoomBy(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label="Zoom out" onClick={() => canvas.current?.zoomBy(-1)}>
          <Icon name="minus" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Show all"
          title="Show all (0)"
          onClick={() => canvas.current?.look({ kind: 'all' })}
        >
          <Icon name="fit" />
        </button>
      </div>
    </div>
  )
}

/** The mark that the keys are at, for those who do not see it. */
function pickedWords({ drawing, picked }: Props): string {
  const { label = '' } = drawing.nodes.find((node) => node.id === picked && node.kind !== 'box') ?? {}
  return label.replaceAll('\n', ', ')
}

/** How much wider or narrower the map may become before it is brought into sight again. */
const OTHER_ROOM_RATIO = 1.3

/** A telephone was turned, a window made smaller: what was in sight may lie outside now. */
function isOtherRoom(before: number, now: number): boolean {
  if (before === 0 || now === 0) return false
  return Math.max(before, now) > OTHER_ROOM_RATIO * Math.min(before, now)
}

function useCanvas(host: { readonly current: HTMLDivElement | null }, props: Props) {
  const canvas = useRef<MapCanvas | undefined>(undefined)
  const newest = useRef(props)
  newest.current = props
  const state = useSignal<'loading' | 'ready' | 'failed'>('loading')
  const seen = useRef('')
  const seenWidth = useRef(0)
  const width = useSignal(0)
  const scheme = shownScheme.value
  useEffect(() => {
    let gone = false
    const begin = ({ MapCanvas }: Awaited<ReturnType<typeof library>>): void => {
      if (gone || host.current === null) return
      const events: CanvasEvents = {
        onPick: (id) => newest.current.events.onPick(id),
        onOpen: (id) => newest.current.events.onOpen(id),
        onNear: (id) => newest.current.events.onNear(id),
        onMoved: (id, to) => newest.current.events.onMoved(id, to),
      }
      canvas.current = new MapCanvas(host.current, paletteOf(document.documentElement), events)
      newest.current.onCanvas(canvas.current)
      state.value = 'ready'
    }
    library().then(begin, () => {
      state.value = 'failed'
    })
    return () => {
      gone = true
      newest.current.onCanvas(undefined)
      canvas.current?.destroy()
      canvas.current = undefined
    }
  }, [])
  useLayoutEffect(() => {
    const element = host.current
    if (element === null) return
    const watch = new ResizeObserver(() => {
      canvas.current?.resize()
      newest.current.onRoom({ width: element.clientWidth, height: element.clientHeight })
      width.value = element.clientWidth
    })
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  const ready = state.value === 'ready'
  const otherRoom = isOtherRoom(seenWidth.current, width.value)
  useEffect(() => {
    const fresh = seen.current !== props.sightKey || otherRoom
    canvas.current?.show(props.drawing, fresh ? props.sight : { kind: 'keep' })
    if (canvas.current === undefined || props.drawing.nodes.length === 0) return
    seen.current = props.sightKey
    if (fresh) seenWidth.current = host.current?.clientWidth ?? 0
  }, [ready, props.drawing, props.sightKey, otherRoom])
  useEffect(() => {
    canvas.current?.setPalette(paletteOf(document.documentElement))
  }, [ready, scheme])
  useEffect(() => {
    canvas.current?.setEditing(props.editing)
  }, [ready, props.editing, props.drawing])
  return { canvas, state: state.value }
}
