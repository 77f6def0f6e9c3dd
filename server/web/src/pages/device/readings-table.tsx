import type { Reading } from '@eyenet/shared/api'
import { metricSpec } from '@eyenet/shared/catalogue'
import type { JSX } from 'preact'
import { formatQuantity, type Unit } from '../../format/quantity.ts'
import { numberOf, quoted } from '../../net/prometheus.ts'
import { Ago } from '../../parts/since.tsx'
import { hrefOf } from '../../router/router.ts'
import type { Column } from '../../table/column.ts'
import { ListSection } from '../../table/list-section.tsx'

/** Labels that the page itself says already. */
const SAID = new Set(['__name__', 'site', 'device', 'agent'])
const labelsOf = (one: Reading): string =>
  Object.entries(one.labels)
    .filter(([name]) => !SAID.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

const keyOf = (one: Reading): string => `${one.metric} ${JSON.stringify(one.labels)}`

function valueText(one: Reading): string {
  const spec = metricSpec(one.metric)
  const value = numberOf(one.value)
  if (spec === undefined) return one.value
  // A counter's total says little; its exact count is what is looked for here.
  if (spec.kind === 'counter') return value.toLocaleString('en').replaceAll(',', '\u202f')
  return formatQuantity(value, spec.unit satisfies Unit)
}

function queryOf(one: Reading): string {
  const matchers = Object.entries(one.labels).filter(([name]) => name !== '__name__')
  return `${one.metric}{${matchers.map(([name, value]) => `${name}=${quoted(value)}`).join(',')}}`
}

const COLUMNS: readonly Column<Reading>[] = [
  {
    id: 'metric',
    title: 'Metric',
    cell: (one) => (
      <>
        <a class="mono" href={hrefOf({ kind: 'query' }, { expr: queryOf(one) })} title={metricSpec(one.metric)?.help}>
          {one.metric}
        </a>
        <span class="second">{labelsOf(one)}</span>
      </>
    ),
    sort: (one) => one.metric,
    text: (one) => one.metric,
  },
  {
    id: 'labels',
    title: 'Of',
    hide: 'small',
    cell: (one) => <span class="quiet">{labelsOf(one)}</span>,
    sort: labelsOf,
    text: labelsOf,
  },
  {
    id: 'value',
    title: 'Value',
    number: true,
    width: '170px',
    cell: valueText,
    sort: (one) => numberOf(one.value),
    text: (one) => one.value,
  },
  {
    id: 'at',
    title: 'Read',
    number: true,
    width: '110px',
    hide: 'small',
    cell: (one) => (
      <span class="faint">
        <Ago at={one.at} />
      </span>
    ),
    sort: (one) => one.at,
    text: (one) => new Date(one.at).toISOString(),
  },
]

/** The latest value of every series, raw: what the agent really reads. */
export function ReadingsTable({ all }: { all: readonly Reading[] }): JSX.Element {
  return (
    <ListSection
      id="readings"
      title="Readings"
      columns={COLUMNS}
      all={all}
      keyOf={keyOf}
      textOf={(one) => `${one.metric} ${labelsOf(one)}`}
      sorting={{ column: 'metric', descending: false }}
      placeholder="Metric or label"
      maxHeight="screen"
    />
  )
}
