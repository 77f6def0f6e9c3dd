import { type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { isStaleMarker } from '@eyenet/shared/promql'
import type { Outgoing } from '../forwarding/forwarding.ts'

/**
 * VictoriaMetrics keeps no more labels of a series, name included, drops the others in silence, and cuts longer names
 * and values (its -maxLabelsPerTimeseries and -maxLabelValueLen).
 */
const LABELS_MAX = 30
const NAME_BYTES_MAX = 256
const VALUE_BYTES_MAX = 16_384

/** Samples by the way they take to VictoriaMetrics. */
export type Sorted = {
  /** Influx line protocol, times in milliseconds; empty when there is nothing. */
  readonly lines: string
  /** Positions of samples that lines cannot say: staleness markers, line breaks in labels, the time 0, no metric name. */
  readonly special: readonly number[]
  /** VictoriaMetrics has no form for them: ordinary NaNs, too many or too long labels. */
  readonly unstorable: number
}

type Prefix =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'special' }
  | { readonly kind: 'unstorable' }

/**
 * The measurement is left empty and the field is named as the metric: with its default flags VictoriaMetrics then makes
 * exactly our series of it.
 */
export function sortSamples({ labels, times, values }: Outgoing): Sorted {
  const lines: string[] = []
  const special: number[] = []
  let unstorable = 0
  for (let at = 0; at < labels.length; at++) {
    const prefix = prefixOf(labels[at] ?? {})
    const time = times[at] ?? 0
    const value = values[at] ?? 0
    const isStale = isStaleMarker(value)
    if (prefix.kind === 'unstorable' || (Number.isNaN(value) && !isStale)) unstorable++
    // A line with the time 0 would get the time of its arrival.
    else if (prefix.kind === 'line' && !isStale && time > 0) lines.push(`${prefix.text}${valueText(value)} ${time}\n`)
    else special.push(at)
  }
  return { lines: lines.join(''), special, unstorable }
}

/** As Go's ParseFloat reads it. */
function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

/** Lives as long as the labels do. */
const prefixes = new WeakMap<Labels, Prefix>()

function prefixOf(labels: Labels): Prefix {
  const known = prefixes.get(labels)
  if (known !== undefined) return known
  const made = makePrefix(labels)
  prefixes.set(labels, made)
  return made
}

function makePrefix(labels: Labels): Prefix {
  const entries = Object.entries(labels)
  const isTooMuch = ([name, value]: [string, string]): boolean =>
    Buffer.byteLength(name) > NAME_BYTES_MAX || Buffer.byteLength(value) > VALUE_BYTES_MAX
  if (entries.length > LABELS_MAX || entries.some(isTooMuch)) return { kind: 'unstorable' }
  const metric = labels[METRIC_NAME] ?? ''
  const tags = entries.filter(([name]) => name !== METRIC_NAME)
  const hasBreak = entries.some(([name, value]) => name.includes('\n') || value.includes('\n') || value === '')
  if (metric === '' || tags.length === 0 || hasBreak) return { kind: 'special' }
  const set = tags.map(([name, value]) => `,${escaped(name)}=${escaped(value)}`)
  return { kind: 'line', text: `${set.join('')} ${escaped(metric)}=` }
}

const escaped = (text: string): string => text.replace(/[\\, =]/g, '\\$&')
