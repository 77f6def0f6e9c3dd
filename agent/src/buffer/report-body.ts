import type { OutboxEpoch } from '@eyenet/shared/identity'
import { DeviceDetails, MAX_FRAME_BODY_BYTES } from '@eyenet/shared/wire'
import type { NewDiscovered, NewEvent, NewFacts, NewLinks } from './pending-group.ts'
import { framed } from './stored-samples.ts'

/** The server's broker ends a connection over a packet of more than 1 MiB; topic, epoch and number need some of that. */
export const MAX_MESSAGE_BYTES = 1_000_000
/** For epoch and number, which a report gets as it is sent. */
const HEAD_BYTES = 200

export type Report = NewEvent | (NewFacts & { readonly kind: 'facts' }) | NewLinks | NewDiscovered

export type ReportBody = {
  /** Absent where not even the rest of the report can be told. */
  readonly body?: Uint8Array
  /** Why the report or its details are left out. */
  readonly problem?: string
}

/** A report as it lies on disk, without what the server would not take: a message it cannot take would block its lane. */
export function reportBody(report: Report): ReportBody {
  if (report.kind === 'facts' && report.details !== undefined && !DeviceDetails.safeParse(report.details).success) {
    const { details: _unreadable, ...rest } = report
    return { ...sized(rest), problem: 'what a survey found cannot be told: it has texts or numbers out of bounds' }
  }
  return sized(report)
}

/** The payload that carries a report, with the numbers it has now. */
export function sentReport(body: Uint8Array, head: { readonly epoch: OutboxEpoch; readonly seq: number }): Uint8Array {
  return framed(Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body).toString()), ...head })))
}

function sized(report: Report): ReportBody {
  const body = Buffer.from(JSON.stringify(report))
  if (body.length + HEAD_BYTES <= MAX_MESSAGE_BYTES) return { body }
  const fits = body.length + HEAD_BYTES <= MAX_FRAME_BODY_BYTES && framed(body).length + HEAD_BYTES <= MAX_MESSAGE_BYTES
  return fits ? { body } : { problem: `a report is larger than one message may be (${MAX_MESSAGE_BYTES} bytes)` }
}
