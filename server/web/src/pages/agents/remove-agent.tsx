import type { AgentResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { loadAgents } from '../../live/site.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { toast } from '../../parts/toasts.tsx'
import { request } from '../../session/session.ts'

/** Asks once, in place: its connection is cut and its credentials are void. */
export function RemoveAgent({ agent }: { agent: AgentResource }): JSX.Element {
  const asking = useSignal(false)
  const remove = async (): Promise<void> => {
    asking.value = false
    const answer = await request({ method: 'DELETE', path: `/api/v1/agents/${agent.id}`, answer: NOTHING })
    if (answer.kind === 'failed') return toast(`Not removed: ${failureSentence(answer.failure)}`)
    toast(`${agent.name} is removed`)
    await loadAgents()
  }
  if (!asking.value) {
    return (
      <button
        type="button"
        class="icon-button small"
        aria-label={`Remove ${agent.name}`}
        title="Remove"
        onClick={() => put(asking)(true)}
      >
        <Icon name="trash" />
      </button>
    )
  }
  return (
    <>
      <span class="quiet">Cut its connection and void its credentials?</span>
      <button type="button" class="button small danger" onClick={() => void remove()}>
        {`Remove ${agent.name}`}
      </button>
      <button type="button" class="button small plain" onClick={() => put(asking)(false)}>
        Keep
      </button>
    </>
  )
}
