import { type LabelPair, type Reading, type SampleSink, TURN_BYTES } from './sample-sink.ts'

/** Protobuf's wire types, and the fields of prometheus.WriteRequest, TimeSeries, Label and Sample (remote write 1.0). */
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
const [REQUEST_SERIES, SERIES_LABEL, SERIES_SAMPLE, SERIES_HISTOGRAM] = [1, 1, 2, 4]
const [NAME, VALUE, TIME] = [1, 2, 2]
const MAX_KEPT = 1_024
/** More than a series may have; what is beyond is not kept. */
const MAX_LABELS_READ = 64

/**
 * A WriteRequest of Prometheus' remote write 1.0, unpacked. Series are numbered from 1 in place of lines; values keep
 * their bits, so that the NaN of a series that ended stays it. Metadata and exemplars are passed over.
 */
export function* readRemoteWrite(bytes: Buffer, sink: SampleSink): Reading {
  const request = new Message(bytes, 0, bytes.length)
  let number = 0
  let turn = TURN_BYTES
  while (request.next()) {
    if (request.field !== REQUEST_SERIES || request.type !== BYTES) continue
    number += 1
    const fault = readSeries(new Message(bytes, request.from, request.to), sink, number)
    if (fault !== undefined) sink.refuse(number, fault)
    if (request.to < turn) continue
    turn = request.to + TURN_BYTES
    yield
  }
  if (request.isDamaged) sink.refuse(number + 1, 'the request is cut or damaged from this series on')
}

function readSeries(series: Message, sink: SampleSink, number: number): string | undefined {
  const { bytes } = series
  const begin = series.to
  let [end, hasHistogram] = [begin, false]
  const labels: LabelPair[] = []
  const samples: Sample[] = []
  let isLabelFirst = true
  while (series.next()) {
    if (series.field === SERIES_HISTOGRAM) hasHistogram = true
    if (series.type !== BYTES) continue
    const part = new Message(bytes, series.from, series.to)
    if (series.field === SERIES_LABEL) {
      if (samples.length > 0) isLabelFirst = false
      end = series.to
      if (labels.length < MAX_LABELS_READ) labels.push(readLabel(part))
    } else if (series.field === SERIES_SAMPLE) samples.push(readSample(part))
    if (part.isDamaged) return 'it is damaged'
  }
  if (series.isDamaged) return 'it is damaged'
  const text = isLabelFirst && end - begin <= MAX_KEPT ? bytes.toString('latin1', begin, end) : undefined
  const found = seriesOf(sink, { text, labels })
  if (typeof found === 'string') return found
  for (const sample of samples) sink.sampleBits(number, found, sample)
  return hasHistogram ? 'native histograms are not stored: send classic ones' : undefined
}

function seriesOf(
  sink: SampleSink,
  { text, labels }: { text: string | undefined; labels: LabelPair[] },
): number | string {
  const known = text === undefined ? undefined : sink.known.get(text)?.get('')
  if (known !== undefined) return known
  const found = sink.series(labels)
  if (typeof found !== 'number') return found.refused
  if (text !== undefined) sink.remember(text, '', found)
  return found
}

function readLabel(label: Message): LabelPair {
  let [name, value] = ['', '']
  while (label.next()) {
    if (label.type !== BYTES) continue
    if (label.field === NAME) name = label.bytes.toString('utf8', label.from, label.to)
    else if (label.field === VALUE) value = label.bytes.toString('utf8', label.from, label.to)
  }
  return [name, value]
}

type Sample = { readonly time: number; readonly low: number; readonly high: number }

function readSample(sample: Message): Sample {
  let [time, low, high] = [0, 0, 0]
  while (sample.next()) {
    if (sample.field === NAME && sample.type === FIXED64) {
      low = sample.bytes.readUInt32LE(sample.from)
      high = sample.bytes.readUInt32LE(sample.from + 4)
    } else if (sample.field === TIME && sample.type === VARINT) time = sample.number
  }
  return { time, low, high }
}

/** The fields of one message, one after another. */
class Message {
  readonly bytes: Buffer
  field = 0
  type = 0
  /** The value's bytes, where it has some; `to` is always where the next field begins. */
  from: number
  to: number
  /** The value of a varint as a signed number of 64 bits; beyond 2^53 it is near. */
  number = 0
  isDamaged = false
  readonly #end: number

  constructor(bytes: Buffer, from: number, end: number) {
    this.bytes = bytes
    this.from = from
    this.to = from
    this.#end = end
  }

  /** Goes on to the next field; false at the end, and where the message is damaged. */
  next(): boolean {
    if (this.to >= this.#end || this.isDamaged) return false
    if (!this.#varint()) return this.#damaged()
    this.field = Math.floor(this.number / 8)
    this.type = this.number & 7
    this.from = this.to
    switch (this.type) {
      case VARINT:
        return this.#varint() || this.#damaged()
      case BYTES:
        if (!this.#varint() || this.number < 0) return this.#damaged()
        this.from = this.to
        this.to += this.number
        break
      case FIXED64:
        this.to += 8
        break
      case FIXED32:
        this.to += 4
        break
      default:
        return this.#damaged()
    }
    return this.to <= this.#end || this.#damaged()
  }

  #varint(): boolean {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.to >= this.#end) return false
      const byte = this.bytes[this.to] ?? 0
      this.to += 1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        this.number = value >= 2 ** 63 ? Math.min(value - 2 ** 64, -1) : value
        return true
      }
    }
    return false
  }

  #damaged(): false {
    this.isDamaged = true
    return false
  }
}
