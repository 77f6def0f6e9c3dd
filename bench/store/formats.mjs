// How one batch of samples is written for each protocol. A format takes samples in the order of steps, all series of a host
// together, and gives the body when the batch is full.
import { hostOf, SERIES_PER_HOST, slotOf } from './values.mjs'

const HALF = SERIES_PER_HOST / 2

/** Line protocol, one line per series and time with a single field, as Telegraf pushes it. */
export function lineFormat(series) {
  const heads = Array.from({ length: series }, (_, at) => {
    const { measurement, field, tags } = slotOf(at % SERIES_PER_HOST)
    return `${measurement},${tagText({ host: hostOf(at), ...tags })} ${field}=`
  })
  let text = ''
  return {
    name: 'line',
    add(at, timeMs, value) {
      text += `${heads[at]}${fieldText(at, value)} ${timeMs}000000\n`
    },
    take: () => {
      const body = Buffer.from(text, 'latin1')
      text = ''
      return body
    },
  }
}

/** Line protocol, ten fields per line: two lines per host and time. */
export function fieldsFormat() {
  let text = ''
  return {
    name: 'fields',
    add(at, timeMs, value) {
      const slot = at % SERIES_PER_HOST
      const isFirst = slot % HALF === 0
      if (isFirst) text += `${slot === 0 ? 'traffic' : 'health'},host=${hostOf(at)} `
      text += `${isFirst ? '' : ','}f${slot % HALF}=${fieldText(at, value)}`
      if (slot % HALF === HALF - 1) text += ` ${timeMs}000000\n`
    },
    take: () => {
      const body = Buffer.from(text, 'latin1')
      text = ''
      return body
    },
  }
}

/** Prometheus' remote write 1.0: protobuf in snappy of literals alone, so that unpacking it costs the least there is. */
export function remoteWriteFormat(series) {
  const heads = Array.from({ length: series }, (_, at) => labelBytes(at))
  const parts = []
  return {
    name: 'remote-write',
    add(at, timeMs, value) {
      const head = heads[at]
      const length = head.length + 2 + SAMPLE_BYTES
      const message = Buffer.allocUnsafe(1 + varintLength(length) + length)
      message[0] = 0x0a
      let end = putVarint(message, 1, length)
      end += head.copy(message, end)
      message[end] = 0x12
      message[end + 1] = SAMPLE_BYTES
      message[end + 2] = 0x09
      message.writeDoubleLE(value, end + 3)
      message[end + 11] = 0x10
      putVarint(message, end + 12, timeMs)
      parts.push(message)
    },
    take: () => literalSnappy(Buffer.concat(parts.splice(0))),
  }
}

/** A double and a time of 2004 to 2106, both with their tags. */
const SAMPLE_BYTES = 16

function labelBytes(at) {
  const { measurement, field, tags } = slotOf(at % SERIES_PER_HOST)
  const labels = Object.entries({ __name__: `${measurement}_${field}`, host: hostOf(at), ...tags })
  const message = (tag, content) => {
    const head = Buffer.alloc(1 + varintLength(content.length))
    head[0] = tag
    putVarint(head, 1, content.length)
    return Buffer.concat([head, content])
  }
  const sorted = labels.sort(([left], [right]) => (left < right ? -1 : 1))
  return Buffer.concat(
    sorted.map(([name, value]) =>
      message(0x0a, Buffer.concat([message(0x0a, Buffer.from(name)), message(0x12, Buffer.from(value))])),
    ),
  )
}

function literalSnappy(plain) {
  const head = Buffer.alloc(varintLength(plain.length) + 5)
  const at = putVarint(head, 0, plain.length)
  head[at] = 63 << 2
  head.writeUInt32LE(plain.length - 1, at + 1)
  return Buffer.concat([head, plain])
}

function varintLength(value) {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1
  return length
}

/** Where the next byte goes. */
function putVarint(bytes, at, value) {
  let rest = value
  let end = at
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) | 0x80
  bytes[end] = rest
  return end + 1
}

const fieldText = (at, value) => (at % SERIES_PER_HOST < HALF ? `${value}i` : String(value))

function tagText(tags) {
  return Object.entries(tags)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}
