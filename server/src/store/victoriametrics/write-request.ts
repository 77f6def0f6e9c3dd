import type { Labels } from '@eyenet/shared/identity'
import { isStaleMarker, setStaleMarker } from '@eyenet/shared/promql'
import type { Outgoing } from '../forwarding/forwarding.ts'
import { ByteWriter } from '../log/byte-writer.ts'

const LITERAL_MAX = 65_536
/** A literal whose length less one stands in two bytes. */
const LITERAL_TAG = 61 << 2

/** Field numbers of Prometheus' remote write 1.0 (prompb/remote.proto), all with a length, times 8 plus 2. */
const FIELD = { timeseries: 10, label: 10, sample: 18, name: 10, value: 18 } as const
const SAMPLE_VALUE = 9
const SAMPLE_TIME = 16

/** Some samples as a body for remote write, packed as snappy's block format has it, without compression. */
export function writeRequest(
  { labels, times, values }: Outgoing,
  positions: readonly number[],
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  for (const at of positions) {
    const labelsPart = labelsOf(labels[at] ?? {})
    const sample = sampleOf(times[at] ?? 0, values[at] ?? 0)
    out.u8(FIELD.timeseries)
    out.varint(labelsPart.length + sample.length)
    out.bytes(labelsPart)
    out.bytes(sample)
  }
  return packed(out.written())
}

function labelsOf(labels: Labels): Buffer {
  const out = new ByteWriter()
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const one = new ByteWriter()
    for (const [field, text] of [[FIELD.name, name] as const, [FIELD.value, value] as const]) {
      const bytes = Buffer.from(text)
      one.u8(field)
      one.varint(bytes.length)
      one.bytes(bytes)
    }
    out.u8(FIELD.label)
    out.varint(one.length)
    out.bytes(one.written())
  }
  return out.written()
}

function sampleOf(time: number, value: number): Buffer {
  const sample = new ByteWriter()
  sample.u8(SAMPLE_VALUE)
  const bits = Float64Array.of(value)
  // On its way through variables the marker may get the quiet bit, which VictoriaMetrics takes for an ordinary NaN.
  if (isStaleMarker(value)) setStaleMarker(bits, 0)
  sample.bytes(new Uint8Array(bits.buffer))
  sample.u8(SAMPLE_TIME)
  sample.varint(time)
  const out = new ByteWriter()
  out.u8(FIELD.sample)
  out.varint(sample.length)
  out.bytes(sample.written())
  return out.written()
}

function packed(plain: Buffer): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  out.varint(plain.length)
  for (let at = 0; at < plain.length; at += LITERAL_MAX) {
    const part = plain.subarray(at, at + LITERAL_MAX)
    out.u8(LITERAL_TAG)
    out.u8((part.length - 1) & 255)
    out.u8((part.length - 1) >> 8)
    out.bytes(part)
  }
  return new Uint8Array(out.written())
}
