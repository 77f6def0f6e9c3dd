import type { Device } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { forgetDevice } from '../../live/site.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf, navigate } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'

/** Asks once, in place: the agent stops watching it. */
export function RemoveDevice({ device }: { device: Device }): JSX.Element | null {
  const asking = useSignal(false)
  const busy = useSignal(false)
  if (!may('operator')) return null
  const remove = async (): Promise<void> => {
    busy.value = true
    const answer = await request({ method: 'DELETE', path: `/api/v1/devices/${device.id}`, answer: NOTHING })
    busy.value = false
    if (answer.kind === 'failed') return toast(`Not removed: ${failureSentence(answer.failure)}`)
    forgetDevice(device.id)
    toast(`${device.name} is no longer watched`)
    navigate(hrefOf({ kind: 'devices' }), { replace: true })
  }
  if (!asking.value) {
    return (
      <button type="button" class="button plain" onClick={() => put(asking)(true)}>
        <Icon name="trash" /> Remove
      </button>
    )
  }
  return (
    <>
      <span class="quiet">Stop watching it and take it off the lists?</span>
      <button type="button" class="button danger" disabled={busy.value} onClick={() => void remove()}>
        {`Remove ${device.name}`}
      </button>
      <button type="button" class="button plain" onClick={() => put(asking)(false)}>
        Keep
      </button>
    </>
  )
}
