import type { SensorChoiceResource, SensorResource } from '@eyenet/shared/api'
import { NOTHING } from '../../../net/api-client.ts'
import { type Answer, failureSentence } from '../../../net/failure.ts'
import { toast } from '../../../parts/toasts.tsx'
import { request } from '../../../session/session.ts'

const PATH = '/api/v1/sensor-choices'

type Choice = Pick<SensorChoiceResource, 'family' | 'object' | 'enabled'>

export function putChoice({ family, object, enabled }: Choice): Promise<Answer<undefined>> {
  return request({ method: 'PUT', path: PATH, body: { family, object, enabled }, answer: NOTHING })
}

/** The agent decides again. */
export function dropChoice({ family, object }: Omit<Choice, 'enabled'>): Promise<Answer<undefined>> {
  const query = new URLSearchParams({ family, object })
  return request({ method: 'DELETE', path: `${PATH}?${query}`, answer: NOTHING })
}

type Chosen = {
  readonly family: string
  readonly one: Pick<SensorResource, 'object' | 'chosen'>
  readonly enabled: boolean
  /** Called after each change: what is shown is fetched again. */
  readonly changed: () => void
}

/** Chooses for all devices of a family; the toast takes it back to what was chosen before. */
export async function choose({ family, one, enabled, changed }: Chosen): Promise<void> {
  const { object, chosen: before } = one
  const answer = await putChoice({ family, object, enabled })
  if (answer.kind === 'failed') return toast(`Nothing changed: ${failureSentence(answer.failure)}`)
  changed()
  const undo = async (): Promise<void> => {
    const back =
      before === undefined ? await dropChoice({ family, object }) : await putChoice({ family, object, enabled: before })
    toast(back.kind === 'ok' ? 'Taken back' : `Not taken back: ${failureSentence(back.failure)}`)
    changed()
  }
  const what = enabled ? `Accepted for all ${family}` : `No longer read on all ${family}`
  toast(`${what}, from the next survey on`, () => void undo())
}
