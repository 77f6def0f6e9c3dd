import {
  DiscoveryAgent as AgentSchema,
  type DiscoveryAgent,
  DiscoveryCredential,
  type DiscoveryOverview,
} from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { put } from '../../live/put.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { failureSentence } from '../../net/failure.ts'
import { Empty, Note } from '../../parts/notes.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'
import { NetworkChoice, PlanFields } from './plan-fields.tsx'
import { type PlanFaults, type PlanForm, planForm, readPlan } from './plan-form.ts'
import { RunPanel } from './run-panel.tsx'

const Credentials = z.object({ items: z.array(DiscoveryCredential) })
/** Of one plan. */
const MOST_TRIED = 20
type Props = { readonly overview: DiscoveryOverview; readonly reload: () => void }

/** Where each agent looks: nowhere, until it is permitted. */
export function NetworksSection({ overview, reload }: Props): JSX.Element {
  const { state } = useFetch('credentials', async (signal) =>
    may('operator')
      ? request({ path: '/api/v1/discovery/credentials', answer: Credentials, signal })
      : { kind: 'ok' as const, value: { items: [] } },
  )
  const credentials = state.value.kind === 'ready' ? state.value.value.items : []
  if (overview.agents.length === 0) {
    return (
      <div class="panel">
        <Empty
          title="No agent yet"
          action={
            may('admin') && (
              <a class="button solid" href={hrefOf({ kind: 'enrol' })}>
                Enrol an agent
              </a>
            )
          }
        >
          An agent looks for devices from where it stands.
        </Empty>
      </div>
    )
  }
  return (
    <>
      {overview.agents.map((agent) => (
        // A plan that somebody else changed is a new form.
        <AgentPlan key={`${agent.agent} ${agent.plannedAt ?? 0}`} {...{ agent, credentials, reload }} />
      ))}
    </>
  )
}

type PlanProps = {
  readonly agent: DiscoveryAgent
  readonly credentials: readonly DiscoveryCredential[]
  readonly reload: () => void
}

function AgentPlan({ agent, credentials, reload }: PlanProps): JSX.Element {
  const form = useSignal<PlanForm>(planForm(agent.plan))
  const faults = useSignal<PlanFaults>({})
  const busy = useSignal(false)
  const change = (part: Partial<PlanForm>): void => {
    form.value = { ...form.peek(), ...part }
  }
  const changed = JSON.stringify(form.value) !== JSON.stringify(planForm(agent.plan))
  const save = async (next: PlanForm): Promise<void> => {
    const read = readPlan(next)
    faults.value = read.kind === 'faults' ? read.faults : {}
    if (read.kind === 'faults') return
    busy.value = true
    const path = `/api/v1/discovery/agents/${agent.agent}`
    const answer = await request({ method: 'PUT', path, body: read.plan, answer: AgentSchema })
    busy.value = false
    if (answer.kind === 'failed') toast(failureSentence(answer.failure))
    else {
      toast(`Saved where ${agent.name} looks`)
      reload()
    }
  }
  return (
    <section class="panel agent" aria-label={agent.name}>
      <div class="agent-head">
        <h2>{agent.name}</h2>
        <span class="faint">{agent.site}</span>
        {!agent.connected && <StateMark kind="unknown" word="disconnected" />}
        <div class="end">
          <RunPanel agent={agent} reload={reload} />
        </div>
      </div>
      {!agent.able && (
        <Note kind="warning">
          This agent is older and cannot look for devices. What is planned here waits until it is updated.
        </Note>
      )}
      {agent.within !== undefined && (
        <p class="quiet">{`Its own file confines it to ${agent.within.join(', ') || 'nothing'}.`}</p>
      )}
      <NetworkChoice agent={agent} form={form.value} change={change} wrong={faults.value.networks} />
      {may('admin') && form.value.networks.length > 0 && form.value.credentials.length === 0 && (
        <NoCredential credentials={credentials} change={change} />
      )}
      {may('admin') && (
        <details class="more">
          <summary>Credentials, speed and how it looks</summary>
          <PlanFields form={form.value} faults={faults.value} {...{ change, credentials }} />
        </details>
      )}
      {may('admin') && changed && (
        <div class="actions">
          <button type="button" class="button solid" disabled={busy.value} onClick={() => void save(form.value)}>
            Save
          </button>
          <button type="button" class="button plain" onClick={() => put(form)(planForm(agent.plan))}>
            As it was
          </button>
        </div>
      )}
    </section>
  )
}

type NoCredentialProps = Pick<PlanProps, 'credentials'> & { readonly change: (part: Partial<PlanForm>) => void }

/** Without one a search finds addresses, but neither names nor links: said before it is begun. */
function NoCredential({ credentials, change }: NoCredentialProps): JSX.Element {
  return (
    <Note kind="unknown">
      No credential is named: what is found answers to ping and TCP only, without its name, ports and links.{' '}
      {credentials.length === 0 ? (
        <a href={hrefOf({ kind: 'discovery', section: 'credentials' })}>Add a credential</a>
      ) : (
        <button
          type="button"
          class="button small"
          onClick={() => change({ credentials: credentials.slice(0, MOST_TRIED).map(({ id }) => id) })}
        >
          {credentials.length === 1 ? `Try ${credentials[0]?.name}` : `Try all ${credentials.length}`}
        </button>
      )}
    </Note>
  )
}
