import { type AgentResource, TopologyTrace } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { agents, devices } from '../../../live/site.ts'
import { failureSentence } from '../../../net/failure.ts'
import { Note } from '../../../parts/notes.tsx'
import { may, request } from '../../../session/session.ts'
import type { MapAddress } from '../map-address.ts'
import { traceText } from './trace-address.ts'

type Props = {
  /** The node where the way begins, and the device where it ends. */
  readonly from: string
  readonly device: string | undefined
  readonly again: boolean
  readonly change: (change: Partial<MapAddress>) => void
}

/** Asks an agent to trace the way: the one at its beginning where there is one, else the one that watches that. */
export function StartTrace({ from, device, again, change }: Props): JSX.Element | null {
  const chosen = useSignal('')
  const busy = useSignal(false)
  const wrong = useSignal('')
  const all = connectedAgents()
  if (!may('operator')) return null
  if (device === undefined) return <p class="faint">Only the way to a device can be traced.</p>
  const agent = all.find(({ id }) => id === chosen.value) ?? nearestAgent(all, from)
  if (agent === undefined) return <p class="faint">No agent is connected that could trace the way.</p>
  const start = async (): Promise<void> => {
    busy.value = true
    wrong.value = ''
    const body = { from: agent.id, to: { device } }
    const path = '/api/v1/topology/trace?waitSeconds=0'
    const answer = await request({ method: 'POST', path, body, answer: TopologyTrace })
    busy.value = false
    if (answer.kind === 'ok') change({ trace: traceText({ agent: agent.id, task: answer.value.task.id, to: device }) })
    else wrong.value = failureSentence(answer.failure)
  }
  return (
    <>
      <div class="actions">
        {all.length > 1 && (
          <select
            class="input"
            aria-label="The agent that traces the way"
            value={agent.id}
            onChange={(event) => {
              chosen.value = event.currentTarget.value
            }}
          >
            {all.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
        <button type="button" class="button small" disabled={busy.value} onClick={() => void start()}>
          {`${again ? 'Trace again' : 'Trace'} from ${agent.name}`}
        </button>
      </div>
      {wrong.value !== '' && <Note kind="warning">{wrong.value}</Note>}
    </>
  )
}

function connectedAgents(): readonly AgentResource[] {
  const known = agents.value
  if (known.kind !== 'ready') return []
  return [...known.value.values()]
    .filter(({ state }) => state === 'connected')
    .sort((a, b) => a.name.localeCompare(b.name))
}

function nearestAgent(all: readonly AgentResource[], node: string): AgentResource | undefined {
  const known = devices.value
  const watching = known.kind === 'ready' ? known.value.get(node)?.agent : undefined
  return all.find(({ id }) => id === watching) ?? all[0]
}
