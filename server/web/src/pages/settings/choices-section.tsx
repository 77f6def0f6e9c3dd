import { SensorChoiceResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { useFetch } from '../../live/use-fetch.ts'
import { failureSentence } from '../../net/failure.ts'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may, request } from '../../session/session.ts'
import { dropChoice, putChoice } from '../device/sensors/sensor-choice.ts'

const Choices = z.object({ items: z.array(SensorChoiceResource) })

/** What people decided about sensors of a family; taking one back lets the agents decide again. */
export function ChoicesSection(): JSX.Element {
  const { state, reload } = useFetch('choices', (signal) =>
    request({ path: '/api/v1/sensor-choices', answer: Choices, signal }),
  )
  const loaded = state.value
  return (
    <>
      <p class="quiet prose">
        Sensors that somebody accepted or switched off, once for all devices of a family. Choices are made on the page
        of a device, under Sensors.
      </p>
      <section class="section" aria-label="Sensor choices">
        {loaded.kind === 'loading' && <SkeletonRows rows={3} what="choices" />}
        {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the choices" retry={reload} />}
        {loaded.kind === 'ready' && (
          <>
            <StaleNote failure={loaded.stale} retry={reload} />
            <ul class="panel pairs">
              {loaded.value.items.length === 0 && (
                <li class="line-row faint">No choice has been made: agents read what they are sure of.</li>
              )}
              {loaded.value.items.map((one) => (
                <ChoiceRow key={`${one.family} ${one.object}`} one={one} reload={reload} />
              ))}
            </ul>
          </>
        )}
      </section>
    </>
  )
}

function ChoiceRow({ one, reload }: { one: SensorChoiceResource; reload: () => void }): JSX.Element {
  const busy = useSignal(false)
  const takeBack = async (): Promise<void> => {
    busy.value = true
    const answer = await dropChoice(one)
    busy.value = false
    if (answer.kind === 'failed') return toast(`Not taken back: ${failureSentence(answer.failure)}`)
    reload()
    toast(`Taken back for all ${one.family}: the agents decide again`, () => void putChoice(one).then(reload))
  }
  return (
    <li class="setting-row choice-row">
      <div class="setting-name">
        <strong class="wrap">{one.family}</strong>
        <span class="mono quiet wrap">{one.object}</span>
        <span class="faint">
          {`by ${one.by} `}
          <Ago at={one.at} />
          {`, ${one.devices === 1 ? '1 device' : `${one.devices} devices`}`}
        </span>
      </div>
      <div class="choice-end">
        <span class="quiet">{one.enabled ? 'read' : 'not read'}</span>
        {may('operator') ? (
          <button
            type="button"
            class="button small plain"
            disabled={busy.value}
            aria-label={`Take back the choice about ${one.object} of ${one.family}`}
            onClick={() => void takeBack()}
          >
            Take back
          </button>
        ) : (
          <span class="faint" title="Changing it needs the role operator">
            for operators
          </span>
        )}
      </div>
    </li>
  )
}
