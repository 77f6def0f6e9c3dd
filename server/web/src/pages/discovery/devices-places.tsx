import { InboxCounts } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { z } from 'zod'
import { discoveryTick } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'

const Counts = z.object({ inbox: InboxCounts })

/** Devices, what is found, and what hangs on their ports: three places side by side. */
export function DevicesPlaces({ here }: { here: 'devices' | 'discovery' | 'endpoints' }): JSX.Element {
  const { state } = useFetch(
    'inbox-count',
    (signal) => request({ path: '/api/v1/discovery', answer: Counts, signal }),
    discoveryTick.value,
  )
  const waiting = state.value.kind === 'ready' ? state.value.value.inbox.new : 0
  const current = (place: typeof here): 'page' | undefined => (place === here ? 'page' : undefined)
  return (
    <nav class="segments" aria-label="Devices">
      <a href={hrefOf({ kind: 'devices' })} aria-current={current('devices')}>
        Devices
      </a>
      <a href={hrefOf({ kind: 'endpoints' })} aria-current={current('endpoints')}>
        Endpoints
      </a>
      <a href={hrefOf({ kind: 'discovery', section: 'inbox' })} aria-current={current('discovery')}>
        {waiting === 0 || here === 'discovery' ? 'Discovery' : 'Inbox'}
        {waiting > 0 && here !== 'discovery' && <span class="count unknown">{waiting}</span>}
      </a>
    </nav>
  )
}
