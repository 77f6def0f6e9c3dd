import { type Labels, METRIC_NAME } from '@eyenet/shared/identity'

/** Names that InfluxDB or its query language take for something else, and our fields. */
const RESERVED = new Set([
  'time',
  'value',
  'special',
  '_field',
  '_measurement',
  '_name',
  '_tagKey',
  '_seriesKey',
  '_id',
])
/** What breaks a line, ends a quoted word, or is an escape; and the sign that stands for it. */
const UNSAFE = /[%\\'"\u0000-\u001f\u007f]/g
const SIGN = /%([0-9A-F]{2})/g

/** A label's value or name so that every part of InfluxDB takes it as it is; `decodeText` is the way back. */
export function encodeText(text: string): string {
  return text.replace(UNSAFE, percent)
}

export function decodeText(text: string): string {
  return text.replace(SIGN, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** A label's name as a tag's. */
export function encodeName(name: string): string {
  return RESERVED.has(name) ? percent(name.slice(0, 1)) + name.slice(1) : encodeText(name)
}

/** A metric's name as a measurement's, which `influx` writes as it is; a series without one gets the sign alone. */
export function encodeMeasurement(name: string): string {
  if (name === '') return '%'
  return encodeText(name).replace(/[, ]|^#/g, percent)
}

export function decodeMeasurement(measurement: string): string {
  return measurement === '%' ? '' : decodeText(measurement)
}

/** Labels of a measurement and its tags; InfluxDB gives tags that a series has not as empty. */
export function decodeLabels(measurement: string, tags: Readonly<Record<string, string>>): Labels {
  const labels: Record<string, string> = {}
  const metric = decodeMeasurement(measurement)
  if (metric !== '') labels[METRIC_NAME] = metric
  for (const [name, value] of Object.entries(tags)) if (value !== '') labels[decodeText(name)] = decodeText(value)
  return labels
}

/** A series' key as SHOW SERIES prints it: measurement and tags, commas between them, with backslashes before its signs. */
export function parseSeriesKey(key: string): Labels {
  const [measurement = '', ...tags] = splitAt(key, ',')
  const pairs = tags.map((tag) => splitAt(tag, '=').map(unescaped))
  return decodeLabels(unescaped(measurement), Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value])))
}

function splitAt(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === sign) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1')

function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
