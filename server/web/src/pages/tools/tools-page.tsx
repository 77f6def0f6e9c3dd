import type { AgentResource, DeviceSummary } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { agents, devices, loadAgents } from '../../live/site.ts'
import { Choice } from '../../parts/field.tsx'
import { Empty, FailureNote, Note } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf, query, setQuery } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import { ToolDesk } from './tool-desk.tsx'
import { TOOLS, type ToolKind, toolNamed } from './tool-kinds.ts'

/** Ping, traceroute, SNMP and the like from where an agent stands. */
export function ToolsPage(): JSX.Element {
  return (
    <div class="sheet">
      <header class="device-head">
        <nav class="crumb" aria-label="Where this is">
          <a href={hrefOf({ kind: 'agents' })}>Agents</a>
        </nav>
        <h1>Tools</h1>
      </header>
      {may('operator') ? (
        <Ready />
      ) : (
        <div class="panel">
          <Empty title="Not for your role">
            Tools make an agent send packets and ask devices: this needs the role operator or admin. An administrator
            can give it to you in Settings, Users.
          </Empty>
        </div>
      )}
    </div>
  )
}

function Ready(): JSX.Element {
  const known = agents.value
  const watched = devices.value
  if (known.kind === 'failed')
    return <FailureNote failure={known.failure} what="the agents" retry={() => void loadAgents()} />
  if (known.kind === 'loading' || watched.kind === 'loading') return <SkeletonRows rows={5} what="agents" />
  const all = [...known.value.values()].sort((a, b) => a.name.localeCompare(b.name))
  // Without the devices there is still what needs none.
  const byId = watched.kind === 'ready' ? watched.value : new Map<string, DeviceSummary>()
  const device = byId.get(query.value.get('device') ?? '')
  const agent =
    known.value.get(query.value.get('agent') ?? device?.agent ?? '') ??
    all.find((one) => one.state === 'connected') ??
    all[0]
  if (agent === undefined) {
    return (
      <div class="panel">
        <Empty title="An agent comes first">
          Tools run at an agent, from where the devices are. An administrator enrols one on the page Agents.
        </Empty>
      </div>
    )
  }
  return <Chosen agent={agent} all={all} devices={byId} />
}

type ChosenProps = {
  readonly agent: AgentResource
  readonly all: readonly AgentResource[]
  readonly devices: ReadonlyMap<string, DeviceSummary>
}

function Chosen({ agent, all, devices: byId }: ChosenProps): JSX.Element {
  const tool = toolNamed(query.value.get('tool')) ?? TOOLS[0]
  const device = query.value.get('device') ?? ''
  const choose = (id: string): void => setQuery({ agent: id, device: undefined, task: undefined }, { replace: false })
  return (
    <>
      <div class="tool-head">
        <Choice
          label="At the agent"
          value={agent.id}
          onValue={choose}
          options={all.map((one) => [
            one.id,
            `${one.name} (${one.site}${one.state === 'connected' ? '' : ', not connected'})`,
          ])}
        />
        <ToolBar here={tool?.kind ?? 'ping'} agent={agent.id} device={device} />
      </div>
      {agent.state !== 'connected' && (
        <Note kind="warning">
          {`${agent.name} is not connected, so it cannot be asked. See whether its machine runs and reaches the server, or choose another agent.`}
        </Note>
      )}
      {tool !== undefined && (
        <ToolDesk key={`${agent.id} ${device}`} agent={agent} tool={tool} devices={byId} device={byId.get(device)} />
      )}
    </>
  )
}

type BarProps = { readonly here: ToolKind; readonly agent: string; readonly device: string }

function ToolBar({ here, agent, device }: BarProps): JSX.Element {
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [here])
  const own = device === '' ? { agent } : { agent, device }
  return (
    <nav class="segments start" ref={bar} aria-label="Tools">
      {TOOLS.map(({ kind, word }) => (
        <a
          key={kind}
          href={hrefOf({ kind: 'tools' }, { ...own, tool: kind })}
          aria-current={kind === here ? 'page' : undefined}
        >
          {word}
        </a>
      ))}
    </nav>
  )
}
