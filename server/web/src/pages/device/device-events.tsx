import { DeviceEvent } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { z } from 'zod'
import { useFetch } from '../../live/use-fetch.ts'
import { FailureNote } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { request } from '../../session/session.ts'

const MOST_SHOWN = 10
const Events = z.object({ items: z.array(z.unknown()), total: z.number() })

/** What happened to the device as a whole. `changed`: another text asks again. */
export function DeviceEvents({ device, changed }: { device: string; changed: string }): JSX.Element | null {
  const path = `/api/v1/devices/${encodeURIComponent(device)}/events?limit=${MOST_SHOWN}`
  const { state, reload } = useFetch(device, (signal) => request({ path, answer: Events, signal }), changed)
  const loaded = state.value
  if (loaded.kind === 'loading') return null
  if (loaded.kind === 'failed') {
    // An older server does not tell it.
    const absent = loaded.failure.kind === 'problem' && loaded.failure.status === 404
    return absent ? null : <FailureNote failure={loaded.failure} what="the history of this device" retry={reload} />
  }
  const { items, total } = loaded.value
  // A kind that this page does not know must not hide the others.
  const events = items.flatMap((one) => {
    const read = DeviceEvent.safeParse(one)
    return read.success ? [read.data] : []
  })
  if (events.length === 0) return null
  return (
    <section class="section" aria-labelledby="device-events">
      <div class="section-head">
        <h2 id="device-events">History of this device</h2>
        <span class="faint">{total > events.length ? `the newest ${events.length} of ${total}` : total}</span>
      </div>
      <ul class="panel pairs">
        {events.map((one) => (
          <li class="history-row" key={`${one.at} ${one.kind} ${one.text}`}>
            <span class="wrap">{one.text}</span>
            <span class="faint">
              {one.by === undefined ? '' : `by ${one.by}, `}
              <Ago at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
