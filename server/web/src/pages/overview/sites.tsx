import type { AgentResource, DeviceSummary } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { agentMark } from '../agents/agent-words.ts'
import { stateRank } from '../devices/device-words.ts'

type Site = {
  readonly name: string
  readonly agents: readonly AgentResource[]
  readonly devices: readonly DeviceSummary[]
}
type Props = {
  readonly agents: ReadonlyMap<string, AgentResource>
  /** Undefined while they are not known: that is not the same as none. */
  readonly devices: ReadonlyMap<string, DeviceSummary> | undefined
}

const STATES = ['critical', 'warning', 'unknown', 'behind-failure'] as const

/** Each site with its agents and what is wrong there. */
export function Sites({ agents, devices }: Props): JSX.Element {
  const sites = sitesOf([...agents.values()], [...(devices?.values() ?? [])])
  return (
    <section class="section" aria-labelledby="sites">
      <div class="section-head">
        <h2 id="sites">Sites</h2>
        <a class="end quiet" href={hrefOf({ kind: 'agents' })}>
          Agents
        </a>
      </div>
      <ul class="panel pairs">
        {sites.length === 0 && <li class="line-row faint">No agent is enrolled yet.</li>}
        {sites.map((site) => (
          <SiteRow key={site.name} site={site} known={devices !== undefined} />
        ))}
      </ul>
    </section>
  )
}

function SiteRow({ site, known }: { site: Site; known: boolean }): JSX.Element {
  const away = site.agents.filter((one) => one.state !== 'connected')
  const wrong = STATES.map((state) => [state, site.devices.filter((one) => one.state === state).length] as const)
  return (
    <li class="line-row">
      <div class="line-main">
        <a class="cut" href={hrefOf({ kind: 'devices' }, { q: site.name })}>
          <strong>{site.name}</strong>
        </a>
        {known && (
          <span class="faint">{site.devices.length === 1 ? '1 device' : `${site.devices.length} devices`}</span>
        )}
        <span class="tally">
          {wrong.map(([state, count]) =>
            count === 0 ? null : <StateMark key={state} kind={state} word={String(count)} />,
          )}
        </span>
      </div>
      <div class="quiet">
        {away.length === 0 ? (
          <span class="faint">{site.agents.map((one) => `${one.name} connected`).join(', ') || 'no agent'}</span>
        ) : (
          away.map((one) => <StateMark key={one.id} {...agentMark(one)} word={`${one.name}: ${agentMark(one).word}`} />)
        )}
      </div>
    </li>
  )
}

function sitesOf(agents: readonly AgentResource[], devices: readonly DeviceSummary[]): readonly Site[] {
  const names = new Set([...agents.map((one) => one.site), ...devices.map((one) => one.site)])
  const worst = (site: Site): number => Math.min(4, ...site.devices.map(stateRank))
  return [...names]
    .map((name) => ({
      name,
      agents: agents.filter((one) => one.site === name),
      devices: devices.filter((one) => one.site === name),
    }))
    .sort((a, b) => worst(a) - worst(b) || a.name.localeCompare(b.name))
}
