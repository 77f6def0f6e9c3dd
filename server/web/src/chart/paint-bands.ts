import type uPlot from 'uplot'
import type { ChartBand } from './chart-band.ts'

/** Quiet enough that the line leads: hexadecimal alpha of the area and of its edges. */
const AREA_ALPHA = '1f'
const EDGE_ALPHA = '66'

/** Paints usual ranges over the grid and under the lines; where a range is not known there is a gap. */
export function paintBands(plot: uPlot, bands: readonly ChartBand[], colourOf: (series: number) => string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const band of bands) {
    const colour = colourOf(band.colour)
    for (const stretch of stretches(band)) {
      const edge = (values: ChartBand['low']): readonly Point[] =>
        stretch.map((at) => [plot.valToPos(band.times[at] ?? 0, 'x', true), plot.valToPos(values[at] ?? 0, 'y', true)])
      const [low, high] = [edge(band.low), edge(band.high)]
      ctx.beginPath()
      trace(ctx, [...high, ...[...low].reverse()])
      ctx.closePath()
      ctx.fillStyle = colour + AREA_ALPHA
      ctx.fill()
      ctx.strokeStyle = colour + EDGE_ALPHA
      ctx.lineWidth = devicePixelRatio / 2
      for (const side of [low, high]) {
        ctx.beginPath()
        trace(ctx, side)
        ctx.stroke()
      }
    }
  }
  ctx.restore()
}

type Point = readonly [x: number, y: number]

function trace(ctx: CanvasRenderingContext2D, points: readonly Point[]): void {
  points.forEach(([x, y], at) => {
    if (at === 0) ctx.moveTo(x, y)
    else ctx.lineTo(x, y)
  })
}

/** Runs of places at which the range is known; a single one has no width and is left out. */
function stretches({ times, low, high }: ChartBand): readonly (readonly number[])[] {
  const found: number[][] = []
  let run: number[] = []
  for (let at = 0; at <= times.length; at += 1) {
    if (at < times.length && low[at] != null && high[at] != null) run.push(at)
    else {
      if (run.length > 1) found.push(run)
      run = []
    }
  }
  return found
}
