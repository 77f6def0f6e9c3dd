import type { StylesheetJsonBlock } from 'cytoscape'
import type { Palette } from '../draw/map-palette.ts'

/** A way: what is on it lies on a band, what is beside it steps back. */
export function wayStyle(colours: Palette): StylesheetJsonBlock[] {
  const band = (look: string, colour: string, opacity: number): StylesheetJsonBlock[] => [
    {
      selector: `edge.${look}`,
      style: { 'underlay-color': colour, 'underlay-opacity': opacity, 'underlay-padding': 6, 'z-index': 9 },
    },
    {
      selector: `node.${look}[kind != "box"][kind != "title"]`,
      style: {
        'underlay-color': colour,
        'underlay-opacity': opacity,
        'underlay-padding': 9,
        'underlay-shape': 'ellipse',
        'min-zoomed-font-size': 0,
      },
    },
  ]
  return [
    { selector: 'edge.way-beside', style: { opacity: 0.25 } },
    ...band('way-missed', colours['ink-3'], 0.22),
    ...band('way', colours.focus, 0.34),
    ...band('way-elsewhere', colours['warning-solid'], 0.45),
  ]
}
