import { LedgerAnswer } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { now } from '../../../live/clock.ts'
import { useFetch } from '../../../live/use-fetch.ts'
import { hintOn } from '../../../parts/hint.tsx'
import { FailureNote } from '../../../parts/notes.tsx'
import { Skeleton } from '../../../parts/skeleton.tsx'
import { range, spanOf } from '../../../router/router.ts'
import { request } from '../../../session/session.ts'
import { LEDGER_WORDS, type Stretch, stretchesOf, stretchWords } from './ledger-words.ts'

/** The ledger tells of intervals of five minutes: anew that often. */
const REFRESH_MS = 5 * 60_000
/** Stretches that are told in words; the strip shows the others. */
const MOST_TOLD = 5

/** Which polls of the page's time are stored, and what is the matter with the others. */
export function Completeness({ device }: { device: string }): JSX.Element {
  const shown = range.value
  const key = JSON.stringify([device, shown])
  const { state, reload } = useFetch(
    key,
    (signal) => {
      const { from, to } = spanOf(shown, Date.now())
      const asked = new URLSearchParams({ device, from: String(Math.floor(from)), to: String(Math.ceil(to)) })
      return request({ path: `/api/v1/ledger?${asked}`, answer: LedgerAnswer, signal })
    },
    Math.floor(now.value / REFRESH_MS),
  )
  return (
    <section class="section" aria-labelledby="device-completeness">
      <h2 id="device-completeness">Completeness</h2>
      {state.value.kind === 'loading' && <Skeleton height={40} />}
      {state.value.kind === 'failed' && (
        <FailureNote failure={state.value.failure} what="the completeness" retry={reload} />
      )}
      {state.value.kind === 'ready' && <Strip stretches={stretchesOf(state.value.value.devices[0]?.intervals ?? [])} />}
    </section>
  )
}

function Strip({ stretches }: { stretches: readonly Stretch[] }): JSX.Element {
  const [first, last] = [stretches[0], stretches.at(-1)]
  if (first === undefined || last === undefined) {
    return <p class="faint">No interval of this time has ended yet. Choose a longer time range.</p>
  }
  const expected = stretches.reduce((sum, one) => sum + one.expected, 0)
  const stored = stretches.reduce((sum, one) => sum + Math.min(one.stored, one.expected), 0)
  const told = stretches.filter(({ state }) => state !== 'complete')
  const share = expected === 0 ? 'No polls were due.' : `${stored} of ${expected} polls are stored.`
  return (
    <div class="panel ledger">
      <div class="ledger-strip">
        {stretches.map((one) => (
          <span
            key={one.from}
            class={`ledger-part ${one.state}`}
            style={{ flexGrow: (one.to - one.from) / (last.to - first.from) }}
            role="img"
            aria-label={stretchWords(one, now.value)}
            {...hintOn(stretchWords(one, now.value))}
          >
            <span class="ledger-word" aria-hidden="true">
              {LEDGER_WORDS[one.state]}
            </span>
          </span>
        ))}
      </div>
      <p class="faint">{share}</p>
      {told.length > 0 && (
        <ul class="ledger-told">
          {told.slice(-MOST_TOLD).map((one) => (
            <li key={one.from}>{stretchWords(one, now.value)}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
