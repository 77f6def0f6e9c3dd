import { ANOMALY_REASONS } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { activeAnomalies, devices } from '../../live/site.ts'
import { setQuery } from '../../router/router.ts'
import type { AnomalyFilter } from './anomaly-filter.ts'
import { REASON_WORDS, STRENGTHS } from './anomaly-words.ts'

type Option = readonly [value: string, word: string]

/** Device, reason, strength and words; all of it is in the address. */
export function AnomalyFilters({ filter }: { filter: AnomalyFilter }): JSX.Element {
  const open = useSignal(false)
  const choose = (name: string) => (value: string) => setQuery({ [name]: value }, { replace: false })
  const count = [filter.device !== '', filter.reason !== '', filter.min > 0].filter(Boolean).length
  return (
    <div class={`anomaly-filters${open.value ? ' open' : ''}`}>
      <button
        type="button"
        class="button only-small"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value
        }}
      >
        {count === 0 ? 'Filters' : `Filters: ${count}`}
      </button>
      <Pick label="Device" value={filter.device} onValue={choose('device')} options={deviceOptions(filter.device)} />
      <Pick
        label="Reason"
        value={filter.reason}
        onValue={choose('reason')}
        options={[['', 'Any reason'], ...ANOMALY_REASONS.map((one): Option => [one, REASON_WORDS[one] ?? one])]}
      />
      <Pick
        label="Strength"
        value={filter.min === 0 ? '' : String(filter.min)}
        onValue={choose('min')}
        options={STRENGTHS}
      />
      <input
        class="input filter"
        type="search"
        placeholder="Series, site or words"
        aria-label="Filter anomalies"
        value={filter.typed}
        onInput={(event) => setQuery({ q: event.currentTarget.value })}
      />
    </div>
  )
}

type PickProps = {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly options: readonly Option[]
}

function Pick({ label, value, onValue, options }: PickProps): JSX.Element {
  const known = options.some(([option]) => option === value)
  return (
    <select class="input" aria-label={label} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
      {options.map(([option, word]) => (
        <option key={option} value={option}>
          {word}
        </option>
      ))}
      {!known && <option value={value}>{value}</option>}
    </select>
  )
}

/** A list of thousands is no choice: with many devices only those that have something unusual are offered. */
const MOST_OFFERED = 200

function deviceOptions(chosen: string): readonly Option[] {
  const known = devices.value.kind === 'ready' ? [...devices.value.value.values()] : []
  const odd = activeAnomalies.value.kind === 'ready' ? [...activeAnomalies.value.value.values()] : []
  const ids = new Set(odd.map((one) => one.device))
  const offered = known.length <= MOST_OFFERED ? known : known.filter(({ id }) => ids.has(id) || id === chosen)
  const named = offered
    .map(({ id, name }): Option => [id, name])
    .sort(([, a], [, b]) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, MOST_OFFERED)
  return [['', 'Any device'], ...named]
}
