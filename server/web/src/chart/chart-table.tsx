import type { JSX } from 'preact'
import type { Unit } from '../format/quantity.ts'
import { Figure } from '../parts/figure.tsx'
import { type ChartFigures, summaryOf } from './chart-lines.ts'

const COLUMNS = ['min', 'avg', 'max', 'last'] as const

/** What a chart shows, as figures. */
export function ChartTable({
  figures,
  unit,
  title,
}: {
  figures: ChartFigures
  unit: Unit
  title: string
}): JSX.Element {
  return (
    <table class="figures">
      <caption class="hidden-text">{title}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden-text">Line</span>
          </th>
          {COLUMNS.map((column) => (
            <th scope="col" key={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {figures.lines.map((line) => {
          const summary = summaryOf(line.values)
          return (
            <tr key={line.name}>
              <th scope="row">{line.name}</th>
              {COLUMNS.map((column) => (
                <td key={column}>
                  <Figure value={summary?.[column]} unit={unit} />
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
