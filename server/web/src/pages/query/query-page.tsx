import { CATALOGUE } from '@eyenet/shared/catalogue'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Chart } from '../../chart/chart.tsx'
import { put } from '../../live/put.ts'
import { devices, samplesAt } from '../../live/site.ts'
import { Empty } from '../../parts/notes.tsx'
import { query, setQuery } from '../../router/router.ts'
import { unitOf } from '../alerts/alert-chart.ts'
import { AnomalyMarks } from '../anomalies/anomaly-marks.tsx'

const EXAMPLES = [
  ['Busiest interfaces, bit/s', 'topk(5, 8 * rate(ifHCInOctets[5m]))'],
  ['Slowest to answer', 'topk(5, icmp_rtt_seconds)'],
  ['Processors', 'avg by (device) (device_cpu_ratio)'],
] as const

/** One PromQL query over the page's range, as a chart and as figures. */
export function QueryPage(): JSX.Element {
  const asked = query.value.get('expr') ?? ''
  const typed = useSignal(asked)
  useEffect(() => {
    typed.value = asked
  }, [asked, typed])
  const submit = (event: Event): void => {
    event.preventDefault()
    setQuery({ expr: typed.value.trim() }, { replace: false })
  }
  return (
    <div class="sheet">
      <h1>Query</h1>
      <form class="query-form" onSubmit={submit}>
        <input
          class="input mono"
          aria-label="PromQL query"
          placeholder="PromQL, such as rate(ifHCInOctets[5m])"
          list="metrics"
          spellcheck={false}
          autocomplete="off"
          value={typed.value}
          onInput={(event) => put(typed)(event.currentTarget.value)}
        />
        <datalist id="metrics">
          {CATALOGUE.map((one) => (
            <option key={one.name} value={one.name}>
              {one.help}
            </option>
          ))}
        </datalist>
        <button type="submit" class="button solid">
          Run
        </button>
      </form>
      {asked === '' ? <Examples /> : <Answer key={asked} expr={asked} />}
    </div>
  )
}

function Answer({ expr }: { expr: string }): JSX.Element {
  const follow = [...samplesAt.value.keys()].slice(0, 200)
  return (
    <AnomalyMarks>
      <Chart
        title="Result"
        unit={unitOf(expr)}
        height={320}
        source={{ follow, queries: () => [{ expr, name: lineName }] }}
      />
    </AnomalyMarks>
  )
}

function lineName(labels: Readonly<Record<string, string>>): string {
  const shown = Object.entries(labels).filter(([name]) => name !== '__name__' && name !== 'site')
  // A device's label is its id: people read its name.
  const inside = shown.map(([name, value]) => `${name}=${name === 'device' ? deviceName(value) : value}`).join(', ')
  return `${labels.__name__ ?? ''}${inside === '' ? '' : `{${inside}}`}` || 'value'
}

function deviceName(id: string): string {
  const known = devices.peek()
  return (known.kind === 'ready' ? known.value.get(id)?.name : undefined) ?? id
}

function Examples(): JSX.Element {
  return (
    <div class="panel">
      <Empty title="Ask anything that is measured">
        {EXAMPLES.map(([name, expr]) => (
          <button type="button" class="example" key={name} onClick={() => setQuery({ expr }, { replace: false })}>
            <span>{name}</span>
            <code>{expr}</code>
          </button>
        ))}
      </Empty>
    </div>
  )
}
