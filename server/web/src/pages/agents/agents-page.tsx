import { type AgentResource, type LedgerAgent, LedgerAgents } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Chart } from '../../chart/chart.tsx'
import { formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { put } from '../../live/put.ts'
import { agents, loadAgents } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { quoted } from '../../net/prometheus.ts'
import { Fact } from '../../parts/fact.tsx'
import { Figure, NotMeasured } from '../../parts/figure.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, FailureNote, Note, StaleNote } from '../../parts/notes.tsx'
import { Ago, Since } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf, query } from '../../router/router.ts'
import { may, request, serverVersion } from '../../session/session.ts'
import { agentMark, agentProblem, awaitedWords, lostWords } from './agent-words.ts'
import { RemoveAgent } from './remove-agent.tsx'
import { RevokeAgent } from './revoke-agent.tsx'

const RANK: Readonly<Record<string, number>> = { critical: 0, warning: 1, unknown: 2, ok: 3 }
const rankOf = (one: AgentResource): number => RANK[agentMark(one).kind] ?? 3

/** Who does the asking, and how they fare. */
export function AgentsPage(): JSX.Element {
  const state = agents.value
  const minute = Math.floor(now.value / 60_000)
  const ledger = useFetch(
    'ledger',
    (signal) => request({ path: '/api/v1/ledger/agents', answer: LedgerAgents, signal }),
    minute,
  )
  const known = ledger.state.value
  const standings = new Map(known.kind === 'ready' ? known.value.items.map((one) => [one.agent, one]) : [])
  return (
    <div class="sheet">
      <div class="page-head">
        <h1>Agents</h1>
        {state.kind === 'ready' && <span class="faint">{state.value.size}</span>}
        <div class="end">
          <a class="button" href={hrefOf({ kind: 'configuration' })}>
            Configuration
          </a>
          {may('admin') && (
            <a class="button solid" href={hrefOf({ kind: 'enrol' })}>
              <Icon name="plus" /> Enrol an agent
            </a>
          )}
        </div>
      </div>
      {state.kind === 'loading' && <SkeletonRows rows={3} what="agents" />}
      {state.kind === 'failed' && (
        <FailureNote failure={state.failure} what="the agents" retry={() => void loadAgents()} />
      )}
      {state.kind === 'ready' && (
        <>
          <StaleNote failure={state.stale} retry={() => void loadAgents()} />
          {known.kind === 'failed' && (
            <FailureNote failure={known.failure} what="what is awaited and lost" retry={ledger.reload} />
          )}
          {state.value.size === 0 && (
            <div class="panel">
              <Empty title="No agent is enrolled yet">
                An agent runs where the devices are: it measures there, keeps what it measured while the way is down,
                and sends it here.
              </Empty>
            </div>
          )}
          {[...state.value.values()]
            .sort((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name))
            .map((one) => (
              <AgentPanel
                key={one.id}
                agent={one}
                standing={standings.get(one.id)}
                open={query.value.get('agent') === one.id}
              />
            ))}
        </>
      )}
    </div>
  )
}

type Standing = LedgerAgent | undefined
type PanelProps = { readonly agent: AgentResource; readonly standing: Standing; readonly open: boolean }

function AgentPanel({ agent, standing, open }: PanelProps): JSX.Element {
  const shown = useSignal(open)
  const problem = agentProblem(agent)
  const mark = agentMark(agent)
  return (
    <section class="panel agent" aria-label={agent.name}>
      <div class="agent-head">
        <h2>{agent.name}</h2>
        <StateMark {...mark} strong />
        <span class="faint">
          <Since at={agent.since} />
        </span>
        <span class="quiet">{`site ${agent.site}`}</span>
        <div class="end">
          <a class="quiet" href={hrefOf({ kind: 'devices' }, { q: agent.site })}>{`${agent.devices} devices`}</a>
          {may('operator') && agent.state === 'connected' && agent.revokedAt === undefined && (
            <a class="button small" href={hrefOf({ kind: 'tools' }, { agent: agent.id })}>
              Tools
            </a>
          )}
          {may('admin') && agent.revokedAt === undefined && <RevokeAgent agent={agent} />}
          {may('admin') && <RemoveAgent agent={agent} />}
        </div>
      </div>
      {problem !== undefined && (
        <Note kind={mark.kind === 'ok' || mark.kind === 'pending' ? 'info' : mark.kind}>{problem}</Note>
      )}
      <AgentFacts agent={agent} standing={standing} />
      {agent.notices.length > 0 && <Notices agent={agent} />}
      <details class="more" open={shown.value} onToggle={(event) => put(shown)(event.currentTarget.open)}>
        <summary>Charts</summary>
        {shown.value && <AgentCharts agent={agent} />}
      </details>
    </section>
  )
}

const PING_WORDS = { 'raw-socket': 'raw socket', 'ping-program': 'ping program', none: 'cannot' } as const

function AgentFacts({ agent, standing }: { agent: AgentResource; standing: Standing }): JSX.Element {
  const behind = agent.desiredRevision !== agent.actualRevision
  const other = serverVersion.value !== undefined && agent.version !== serverVersion.value
  return (
    <dl class="facts">
      <Fact name="Version">{`${agent.version}${other ? ` (server ${serverVersion.value})` : ''}`}</Fact>
      <Fact name="Host">{agent.hostname}</Fact>
      <Fact name="Newest sample is">
        {agent.lagSeconds === undefined ? (
          <NotMeasured />
        ) : (
          <>
            <Figure value={agent.lagSeconds} unit="seconds" /> old
          </>
        )}
      </Fact>
      <Fact name="In its buffer">
        <Figure value={agent.bufferedSamples} unit="count" /> samples
        {agent.bufferBytes !== undefined && (
          <>
            {', '}
            <Figure value={agent.bufferBytes} unit="bytes" />
          </>
        )}
      </Fact>
      <Fact name="Awaited">{awaitedWords(standing, now.value)}</Fact>
      <Fact name="Lost for good">{lostWords(standing)}</Fact>
      <Fact name="Clock is off by">
        <Figure value={agent.clockSkewSeconds} unit="seconds" />
      </Fact>
      <Fact name="Orders">
        <a href={hrefOf({ kind: 'configuration' }, { scope: `agent:${agent.id}` })}>
          {behind
            ? `has ${agent.actualRevision}, should have ${agent.desiredRevision}`
            : `up to date (${agent.actualRevision})`}
        </a>
      </Fact>
      <Fact name="Pings by">{agent.ping === undefined ? <NotMeasured /> : PING_WORDS[agent.ping]}</Fact>
      <Fact name="Last message">
        {agent.lastMessageAt === undefined ? 'none yet' : <Ago at={agent.lastMessageAt} />}
      </Fact>
      {agent.certificateExpiresAt !== undefined && (
        <Fact name="Certificate ends">{formatShortMoment(agent.certificateExpiresAt, now.value)}</Fact>
      )}
      <Fact name="Enrolled">{formatShortMoment(agent.enrolledAt, now.value)}</Fact>
    </dl>
  )
}

function Notices({ agent }: { agent: AgentResource }): JSX.Element {
  return (
    <ul class="notices">
      {agent.notices.slice(0, 5).map((one) => (
        <li key={`${one.at} ${one.code}`}>
          <span class="faint nowrap">{formatShortMoment(one.at, now.value)}</span>
          <span>{one.message}</span>
        </li>
      ))}
    </ul>
  )
}

function AgentCharts({ agent }: { agent: AgentResource }): JSX.Element {
  const on = `agent=${quoted(agent.id)}`
  const follow = [agent.id]
  return (
    <div class="charts">
      <Chart
        title="Samples in the buffer"
        unit="count"
        height={120}
        source={{ follow, queries: () => [{ expr: `agent_buffer_samples{${on}}`, name: 'Samples' }] }}
      />
      <Chart
        title="Polls"
        unit="per_second"
        height={120}
        source={{
          follow,
          queries: (window) => [
            { expr: `sum(rate(agent_polls_total{${on}}[${window}]))`, name: 'Finished' },
            { expr: `sum(rate(agent_polls_failed_total{${on}}[${window}]))`, name: 'Without answer' },
            { expr: `sum(rate(agent_polls_late_total{${on}}[${window}]))`, name: 'Late' },
            { expr: `sum(rate(agent_polls_skipped_total{${on}}[${window}]))`, name: 'Left out' },
          ],
        }}
      />
      <Chart
        title="Memory"
        unit="bytes"
        height={120}
        source={{ follow, queries: () => [{ expr: `agent_memory_bytes{${on}}`, name: 'Resident' }] }}
      />
      <Chart
        title="Processor"
        unit="ratio"
        height={120}
        source={{
          follow,
          queries: (window) => [{ expr: `rate(agent_cpu_seconds_total{${on}}[${window}])`, name: 'Of one core' }],
        }}
      />
    </div>
  )
}
