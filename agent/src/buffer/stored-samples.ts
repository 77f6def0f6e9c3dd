import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { OutboxEpoch } from '@eyenet/shared/identity'
import { decodeSamples, encodeSamples, frame, type SamplesBatch, unframe } from '@eyenet/shared/wire'
import type { OutboxRow } from './outbox-rows.ts'
import type { SampleColumns } from './sample-columns.ts'

type Place = {
  readonly lane: 'samples' | 'backfill'
  readonly epoch: OutboxEpoch
  readonly first: number
  readonly last: number
}

/**
 * Samples as a row of the outbox. Its body is what goes on the wire when the server knows all series. A loose row of the
 * backlog is not deflated: it is merged with others before it is sent.
 */
export function storedSamples(columns: SampleColumns, place: Place, merged: boolean): OutboxRow {
  const { lane, epoch, first, last } = place
  let since = Number.POSITIVE_INFINITY
  let until = 0
  const { times } = columns
  for (let at = 0; at < times.length; at++) {
    const time = times[at] ?? 0
    if (time < since) since = time
    if (time > until) until = time
  }
  const encoded = encodeSamples({ epoch, first, last, definitions: [], ...columns })
  const body = lane === 'backfill' && !merged ? frame(encoded, asItIs) : framed(encoded)
  return { lane, first, last, merged, samples: columns.ids.length, since, until, body }
}

const asItIs = (body: Uint8Array): Uint8Array => body

/** A batch as the payload of a message. */
export function packed(batch: SamplesBatch): Uint8Array {
  return framed(encodeSamples(batch))
}

export function unpacked(body: Uint8Array): SamplesBatch {
  return decodeSamples(unframe(body, (deflated, maxOutputLength) => inflateRawSync(deflated, { maxOutputLength })))
}

/** What a body holds; undefined where it is damaged. */
export function readable(body: Uint8Array): SamplesBatch | undefined {
  try {
    return unpacked(body)
  } catch {
    return undefined
  }
}

export function framed(body: Uint8Array): Uint8Array {
  return frame(body, (plain) => deflateRawSync(plain))
}
