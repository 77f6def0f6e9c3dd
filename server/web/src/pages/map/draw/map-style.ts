import type { StylesheetJsonBlock } from 'cytoscape'
import { wayStyle } from '../way/way-style.ts'
import type { Palette } from './map-palette.ts'

/** How everything looks by the names that a drawing gives it. What comes later wins. */
export function mapStyle(colours: Palette): StylesheetJsonBlock[] {
  return [
    ...nodeStyle(colours),
    ...frameStyle(colours),
    ...stateStyle(colours),
    ...emphasis(colours),
    ...wireStyle(colours),
    ...markedStyle(colours),
    ...wayStyle(colours),
  ]
}

const glyphUrl = (glyph: string, white: boolean): string => `/glyphs/${glyph}${white ? '-white' : ''}.svg`
/** Words smaller than this on the screen cannot be read and are left out, pixels. */
const LEAST_FONT = 6

function nodeStyle(colours: Palette): StylesheetJsonBlock[] {
  return [
    {
      selector: 'node',
      style: {
        width: 'data(width)',
        height: 'data(height)',
        label: 'data(label)',
        shape: 'round-rectangle',
        'background-color': colours.surface,
        'border-width': 1.25,
        'border-color': colours['line-strong'],
        color: colours['ink-2'],
        'font-family': colours.sans,
        'font-size': 11.5,
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-wrap': 'wrap',
        'text-max-width': '150px',
        'line-height': 1.2,
        'text-background-color': colours.bg,
        'text-background-opacity': 0.92,
        'text-background-padding': '1px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': LEAST_FONT,
        'overlay-opacity': 0,
        // Frames are below the wires, marks above them.
        'z-index-compare': 'manual',
        'z-index': 10,
      },
    },
    {
      selector: 'node[glyph]',
      style: {
        'background-image': (node) => glyphUrl(String(node.data('glyph')), node.hasClass('critical')),
        'background-width': '18px',
        'background-height': '18px',
        'background-fit': 'none',
        'background-image-containment': 'inside',
      },
    },
    {
      selector: 'node.unmanaged, node.heard, node.segment',
      style: { 'border-style': 'dashed', color: colours['ink-3'] },
    },
    { selector: 'node.segment', style: { shape: 'ellipse' } },
    { selector: 'node.leafs', style: { shape: 'cut-rectangle', color: colours['ink-3'], 'font-size': 10.5 } },
  ]
}

function frameStyle(colours: Palette): StylesheetJsonBlock[] {
  return [
    {
      selector: 'node.site[kind = "group"], node.place[kind = "group"]',
      style: {
        'font-size': 13,
        'font-weight': 600,
        color: colours.ink,
        'border-width': 1.75,
        'background-width': '22px',
        'background-height': '22px',
      },
    },
    {
      selector: 'node[kind = "box"]',
      style: {
        'background-color': colours.surface,
        'background-opacity': 0.8,
        'border-color': colours.line,
        'border-width': 1.25,
        'z-index': 0,
      },
    },
    {
      selector: 'node.place[kind = "box"]',
      style: { 'background-color': colours.bg, 'background-opacity': 0.75, 'z-index': 1 },
    },
    {
      selector: 'node[kind = "title"]',
      style: {
        'background-opacity': 0,
        'border-width': 0,
        color: colours['ink-2'],
        'font-size': 12,
        'font-weight': 600,
        'text-valign': 'center',
        'text-halign': 'right',
        'text-margin-y': 0,
        'text-events': 'yes',
        'text-wrap': 'none',
        'z-index': 15,
      },
    },
    { selector: 'node.site[kind = "title"]', style: { 'font-size': 18, color: colours.ink } },
  ]
}

function stateStyle(colours: Palette): StylesheetJsonBlock[] {
  return [
    {
      selector: 'node.critical',
      style: {
        shape: 'octagon',
        'background-color': colours['critical-solid'],
        'border-color': colours['critical-solid'],
        color: colours.critical,
        'font-weight': 600,
        'z-index': 40,
      },
    },
    {
      selector: 'node.warning',
      style: {
        shape: 'round-pentagon',
        'background-color': colours['warning-wash'],
        'border-color': colours['warning-solid'],
        'border-width': 2.5,
        color: colours.warning,
        'font-weight': 600,
        'z-index': 30,
      },
    },
    {
      selector: 'node.unknown',
      style: {
        shape: 'ellipse',
        'background-color': colours['unknown-wash'],
        'border-color': colours.unknown,
        'border-style': 'dashed',
        'border-width': 2,
        color: colours.unknown,
        'z-index': 25,
      },
    },
    {
      selector: 'node.behind-failure',
      style: {
        shape: 'diamond',
        'background-color': colours['behind-wash'],
        'border-color': colours.behind,
        'border-style': 'dotted',
        'border-width': 2,
        'background-image-opacity': 0.55,
        color: colours.behind,
        'z-index': 12,
      },
    },
  ]
}

function emphasis(colours: Palette): StylesheetJsonBlock[] {
  return [
    {
      selector: 'node.site.critical, node.place.critical, node.leafs.critical',
      style: { shape: 'octagon', color: colours.critical },
    },
    { selector: 'node.site.behind-failure, node.place.behind-failure', style: { shape: 'hexagon' } },
    {
      selector: 'node.cause',
      style: {
        'underlay-color': colours['critical-solid'],
        'underlay-opacity': 0.18,
        'underlay-padding': 14,
        'underlay-shape': 'ellipse',
        'font-size': 14,
        'font-weight': 700,
        'min-zoomed-font-size': 0,
        'background-width': '24px',
        'background-height': '24px',
        'z-index': 60,
      },
    },
    { selector: 'node.outside', style: { opacity: 0.35 } },
    {
      selector: 'node.selected',
      style: {
        'underlay-color': colours.focus,
        'underlay-opacity': 0.28,
        'underlay-padding': 8,
        'underlay-shape': 'round-rectangle',
        'z-index': 70,
      },
    },
    {
      selector: 'node.cause.selected',
      style: { 'underlay-color': colours['critical-solid'], 'border-color': colours.focus, 'border-width': 4 },
    },
    {
      selector: 'node.frame.selected',
      style: { 'border-color': colours.focus, 'underlay-opacity': 0, 'z-index': 2 },
    },
    { selector: 'node.selected[kind = "box"]', style: { 'border-width': 2 } },
    { selector: 'node[kind = "title"]', style: { 'z-index': 15 } },
  ]
}

function wireStyle(colours: Palette): StylesheetJsonBlock[] {
  return [
    {
      selector: 'edge',
      style: {
        width: 'data(width)',
        'line-color': colours['line-strong'],
        'curve-style': 'bezier',
        'control-point-step-size': 22,
        label: 'data(label)',
        'font-family': colours.sans,
        'font-size': 10,
        color: colours['ink-3'],
        'text-background-color': colours.surface,
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': LEAST_FONT,
        'overlay-opacity': 0,
        'z-index-compare': 'manual',
        'z-index': 5,
      },
    },
    { selector: 'edge.use-idle', style: { 'line-color': colours['use-idle'] } },
    { selector: 'edge.use-used', style: { 'line-color': colours['use-used'] } },
    { selector: 'edge.use-busy', style: { 'line-color': colours['use-busy'] } },
    { selector: 'edge.use-full', style: { 'line-color': colours['use-full'] } },
    { selector: 'edge.wireless', style: { 'line-style': 'dashed', 'line-dash-pattern': [1, 5], 'line-cap': 'round' } },
    { selector: 'edge.doubtful', style: { 'line-style': 'dashed', 'line-dash-pattern': [7, 6] } },
    {
      selector: 'edge.link-blocked',
      style: { 'line-style': 'dotted', 'line-color': colours['ink-3'], opacity: 0.8 },
    },
    { selector: 'edge.quiet', style: { 'line-color': colours.behind, opacity: 0.4 } },
    {
      selector: 'edge.link-lost',
      style: {
        'line-style': 'dashed',
        'line-dash-pattern': [3, 7],
        'line-color': colours.unknown,
        color: colours.unknown,
      },
    },
    {
      selector: 'edge.link-down',
      style: {
        'line-style': 'dashed',
        'line-dash-pattern': [14, 6],
        'line-color': colours['critical-solid'],
        color: colours.critical,
        'font-weight': 600,
        opacity: 1,
        'z-index': 8,
      },
    },
    {
      selector: 'edge.cause',
      style: {
        'font-size': 14,
        'font-weight': 700,
        'min-zoomed-font-size': 0,
        'underlay-color': colours['critical-solid'],
        'underlay-opacity': 0.18,
        'underlay-padding': 8,
        'z-index': 9,
      },
    },
    { selector: 'edge.outside', style: { opacity: 0.12 } },
    {
      selector: 'edge.selected',
      style: { 'underlay-color': colours.focus, 'underlay-opacity': 0.35, 'underlay-padding': 5, 'z-index': 9 },
    },
  ]
}

/** Between two moments: what is the same steps back. */
function markedStyle(colours: Palette): StylesheetJsonBlock[] {
  return [
    { selector: 'node.same', style: { opacity: 0.45 } },
    { selector: 'edge.same', style: { opacity: 0.25 } },
    {
      selector: 'edge.added',
      style: { 'line-color': colours.ok, 'line-style': 'solid', color: colours.ok, opacity: 1 },
    },
    { selector: 'node.added', style: { 'border-color': colours.ok, 'border-width': 4, opacity: 1 } },
    {
      selector: 'edge.removed',
      style: {
        'line-color': colours['critical-solid'],
        'line-style': 'dashed',
        'line-dash-pattern': [4, 5],
        color: colours.critical,
        opacity: 1,
      },
    },
    {
      selector: 'node.removed',
      style: { 'border-color': colours['critical-solid'], 'border-width': 4, 'border-style': 'dashed', opacity: 1 },
    },
    {
      selector: 'edge.moved',
      style: { 'line-color': colours['warning-solid'], 'line-style': 'solid', color: colours.warning, opacity: 1 },
    },
    { selector: 'node.moved', style: { 'border-color': colours['warning-solid'], 'border-width': 4, opacity: 1 } },
  ]
}
