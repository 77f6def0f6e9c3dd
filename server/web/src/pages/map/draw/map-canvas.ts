/** The drawing on a canvas, with pan, zoom and touch. Fetched with the first map: it is the only file that knows Cytoscape. */
import cytoscape, { type Core, type ElementDefinition, type EventObject } from 'cytoscape'
import type { Point } from '../layout/layered-layout.ts'
import type { Drawing, DrawnNode, DrawnWire } from './drawing.ts'
import { fitPicture } from './fit-picture.ts'
import type { Palette } from './map-palette.ts'
import { mapStyle } from './map-style.ts'
import { wheelFactor } from './wheel-factor.ts'

export type CanvasEvents = {
  /** One of the drawing's ids, or undefined where nothing was hit. */
  readonly onPick: (id: string | undefined) => void
  readonly onOpen: (id: string) => void
  /** Somebody comes so near to a group that what is in it could be read. */
  readonly onNear: (id: string) => void
  readonly onMoved: (id: string, to: Point) => void
}

/** What is brought into sight. */
export type Sight =
  | { readonly kind: 'all' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'some'; readonly ids: readonly string[] }

const MOST_ZOOM = 4
const LEAST_ZOOM = 0.05
const ZOOM_STEP = 1.3
/** From here on a group that is in the middle of the picture opens. */
const OPENS_AT_ZOOM = 1.8
/** The names of what failed and of what is picked are drawn at least this large on the screen, pixels. */
const READ_PX = 12
/** Steps of a way stand close together: larger names would lie over each other. */
const WAY_PX = 9
const READ_ON_WAY = 'node.way[kind = "node"], node.way-elsewhere[kind = "node"], node.way-missed[kind = "node"]'
const READ_WIDTH_PX = 160
const READ_ALWAYS = 'node.cause[kind != "title"], node.selected[kind != "title"], edge.cause'
/** Cytoscape puts a style element into the page if none has this id; the content security policy would refuse it. */
const STYLE_ID = '__________cytoscape_stylesheet'

export class MapCanvas {
  readonly #cy: Core
  readonly #events: CanvasEvents
  #editing = false
  /** Elements whose words are larger than the style has them. */
  readonly #enlarged = new Set<string>()

  constructor(host: HTMLElement, palette: Palette, events: CanvasEvents) {
    standInForStyle(host.ownerDocument)
    // Before the library's own, which hears of no wheel then.
    host.addEventListener('wheel', this.#onWheel, { capture: true, passive: false })
    host.addEventListener('pointerdown', this.#onPointer, { capture: true })
    this.#events = events
    this.#cy = cytoscape({
      container: host,
      style: mapStyle(palette),
      layout: { name: 'preset' },
      minZoom: LEAST_ZOOM,
      maxZoom: MOST_ZOOM,
      boxSelectionEnabled: false,
      autounselectify: true,
    })
    this.#listen()
  }

  setPalette(palette: Palette): void {
    this.#cy.style(mapStyle(palette))
  }

  setEditing(editing: boolean): void {
    this.#editing = editing
    for (const node of this.#cy.nodes().toArray()) this.#setHold(node.id())
  }

  show(drawing: Drawing, sight: Sight): void {
    const cy = this.#cy
    cy.batch(() => {
      const wanted = new Set([...drawing.nodes, ...drawing.wires].map((one) => one.id))
      cy.elements()
        .filter((element) => !wanted.has(element.id()))
        .remove()
      for (const node of drawing.nodes) this.#putNode(node)
      // A wire whose ends changed cannot be moved: it is a new one.
      for (const wire of drawing.wires) this.#putWire(wire)
    })
    this.#keepReadable()
    this.look(sight)
  }

  /** Moves the picture. */
  look(sight: Sight): void {
    if (sight.kind === 'keep') return
    const cy = this.#cy
    cy.resize()
    const some = sight.kind === 'all' ? cy.elements() : cy.elements().filter((one) => sight.ids.includes(one.id()))
    if (some.empty()) return
    const { x1: x, y1: y, w: width, h: height } = some.boundingBox()
    cy.viewport(fitPicture({ x, y, width, height }, this.#size()))
  }

  zoomBy(steps: number): void {
    const { width, height } = this.#size()
    this.#cy.zoom({
      level: this.#cy.zoom() * ZOOM_STEP ** steps,
      renderedPosition: { x: width / 2, y: height / 2 },
    })
  }

  /** The picture as a file: all of it, twice as fine as on the screen. */
  async png(background: string): Promise<Blob> {
    return this.#cy.png({
      output: 'blob-promise',
      full: true,
      scale: 2,
      bg: background,
      maxWidth: 8_000,
      maxHeight: 8_000,
    })
  }

  /** What comes from the keyboard goes to the map next. */
  focus(): void {
    this.#cy.container()?.focus({ preventScroll: true })
  }

  /** Scrolls the page so far that the map is seen. */
  scrollHere(): void {
    this.#cy.container()?.scrollIntoView({ block: 'nearest' })
  }

  resize(): void {
    this.#cy.resize()
  }

  destroy(): void {
    const host = this.#cy.container()
    host?.removeEventListener('wheel', this.#onWheel, { capture: true })
    host?.removeEventListener('pointerdown', this.#onPointer, { capture: true })
    this.#cy.destroy()
  }

  #size(): { width: number; height: number } {
    return { width: this.#cy.width(), height: this.#cy.height() }
  }

  #putNode(node: DrawnNode): void {
    const data = { width: node.width, height: node.height, label: node.label, glyph: node.glyph, kind: node.kind }
    const known = this.#cy.getElementById(node.id)
    if (known.empty()) {
      this.#cy.add({
        group: 'nodes',
        data: { id: node.id, ...data },
        position: { x: node.x, y: node.y },
        classes: [...node.looks],
      })
      this.#setHold(node.id)
      return
    }
    known.data(data)
    known.classes([...node.looks])
    if (!known.grabbed()) known.position({ x: node.x, y: node.y })
  }

  #putWire(wire: DrawnWire): void {
    const data = { width: wire.width, label: wire.label }
    const known = this.#cy.getElementById(wire.id)
    const same = known.nonempty() && known.data('source') === wire.a && known.data('target') === wire.b
    if (same) {
      known.data(data)
      known.classes([...wire.looks])
      return
    }
    known.remove()
    const element: ElementDefinition = {
      group: 'edges',
      data: { id: wire.id, source: wire.a, target: wire.b, ...data },
      classes: [...wire.looks],
    }
    this.#cy.add(element)
  }

  /** Nodes are held by the layout, and dragging over them moves the picture; while editing they can be taken. */
  #setHold(id: string): void {
    const node = this.#cy.getElementById(id)
    const free = this.#editing && node.data('kind') === 'node'
    if (free) node.grabify().unpanify()
    else node.ungrabify().panify()
  }

  #listen(): void {
    const cy = this.#cy
    cy.on('tap', (event: EventObject) => {
      const hit = event.target === cy ? undefined : String(event.target.id())
      this.#events.onPick(hit)
    })
    cy.on('dbltap', 'node', (event: EventObject) => this.#events.onOpen(String(event.target.id())))
    cy.on('dragfree', 'node', (event: EventObject) => {
      const { x, y } = event.target.position()
      this.#events.onMoved(String(event.target.id()), { x, y })
    })
    cy.on('pinchzoom', () => this.#nearest())
    cy.on('zoom', () => this.#keepReadable())
  }

  /** However small the picture is, what is broken, what is picked and each step of a way can be named. */
  #keepReadable(): void {
    const cy = this.#cy
    const zoom = cy.zoom()
    const wanted: readonly (readonly [string, number])[] = [
      [READ_ON_WAY, WAY_PX],
      [READ_ALWAYS, READ_PX],
    ]
    cy.batch(() => {
      for (const id of this.#enlarged) cy.getElementById(id).removeStyle('font-size text-max-width')
      this.#enlarged.clear()
      for (const [selector, least] of wanted) {
        for (const element of cy.elements(selector).toArray()) {
          if (element.numericStyle('font-size') * zoom >= least) continue
          element.style({ 'font-size': least / zoom, 'text-max-width': `${READ_WIDTH_PX / zoom}px` })
          this.#enlarged.add(element.id())
        }
      }
    })
  }

  /** The library remembers where on the page it lies; what stands before it may have grown, and a tap would hit beside. */
  readonly #onPointer = (): void => this.resize()

  /** The library takes the same small step for every turn of a wheel, far or near. */
  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
    const { left, top } = this.#cy.container()?.getBoundingClientRect() ?? { left: 0, top: 0 }
    const renderedPosition = { x: event.clientX - left, y: event.clientY - top }
    this.#cy.zoom({ level: this.#cy.zoom() * wheelFactor(event), renderedPosition })
    this.#nearest()
  }

  #nearest(): void {
    if (this.#cy.zoom() < OPENS_AT_ZOOM) return
    const { width, height } = this.#size()
    const group = this.#cy.nodes('[kind = "group"]').filter((node) => {
      const { x, y } = node.renderedPosition()
      const inside = Math.abs(x - width / 2) < width / 5 && Math.abs(y - height / 2) < height / 5
      return inside
    })
    const first = group.first()
    if (first.nonempty()) this.#events.onNear(first.id())
  }
}

function standInForStyle(page: Document): void {
  if (page.getElementById(STYLE_ID) !== null) return
  const standIn = page.createElement('meta')
  standIn.id = STYLE_ID
  page.head.append(standIn)
}
