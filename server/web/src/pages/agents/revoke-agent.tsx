import type { AgentResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { loadAgents } from '../../live/site.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { toast } from '../../parts/toasts.tsx'
import { request } from '../../session/session.ts'

/** For a machine that was lost or copied. Asks once, in place, and says what it does; there is no way back. */
export function RevokeAgent({ agent }: { agent: AgentResource }): JSX.Element {
  const asking = useSignal(false)
  const revoke = async (): Promise<void> => {
    asking.value = false
    const path = `/api/v1/agents/${agent.id}/revoke`
    const answer = await request({ method: 'POST', path, answer: NOTHING })
    if (answer.kind === 'failed') return toast(`Not revoked: ${failureSentence(answer.failure)}`)
    toast(`${agent.name} cannot connect any more`)
    await loadAgents()
  }
  if (!asking.value) {
    return (
      <button type="button" class="button small plain" onClick={() => put(asking)(true)}>
        Revoke
      </button>
    )
  }
  return (
    <>
      <span class="quiet">
        Cut it off now and for good? What it has sent stays. Its machine must be enrolled anew; change the credentials
        of its devices if the machine is lost.
      </span>
      <button type="button" class="button small danger" onClick={() => void revoke()}>
        {`Revoke ${agent.name}`}
      </button>
      <button type="button" class="button small plain" onClick={() => put(asking)(false)}>
        Keep
      </button>
    </>
  )
}
