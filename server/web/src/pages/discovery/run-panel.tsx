import { type DiscoveryAgent, DiscoveryRun } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { now } from '../../live/clock.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Ago } from '../../parts/since.tsx'
import { type MarkKind, StateMark } from '../../parts/state-mark.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'

type Props = { readonly agent: DiscoveryAgent; readonly reload: () => void }

const RUN_MARKS: Readonly<Record<DiscoveryRun['state'], readonly [MarkKind, string]>> = {
  waiting: ['pending', 'waits'],
  running: ['pending', 'searching'],
  done: ['ok', 'done'],
  stopped: ['info', 'stopped'],
  failed: ['warning', 'failed'],
}

/** The newest search with how far it is, and a new one. */
export function RunPanel({ agent, reload }: Props): JSX.Element {
  const [newest] = agent.runs
  const going = newest?.state === 'running' || newest?.state === 'waiting'
  const ready = agent.connected && agent.able && agent.plan.networks.length > 0
  const path = `/api/v1/discovery/agents/${agent.agent}`
  const run = async (): Promise<void> => {
    const answer = await request({ method: 'POST', path: `${path}/run`, body: {}, answer: DiscoveryRun })
    toast(answer.kind === 'ok' ? `${agent.name} searches now` : failureSentence(answer.failure))
    reload()
  }
  const stop = async (): Promise<void> => {
    const answer = await request({ method: 'POST', path: `${path}/stop`, answer: NOTHING })
    toast(answer.kind === 'ok' ? 'The search ends; what it found stays' : failureSentence(answer.failure))
    reload()
  }
  return (
    <div class="run">
      {newest === undefined ? <NotYet agent={agent} /> : <RunLine run={newest} found={agent.inbox.new} />}
      {may('operator') &&
        (going ? (
          <button type="button" class="button small" onClick={() => void stop()}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            class="button small"
            disabled={!ready}
            title={ready ? '' : 'It takes a connected agent, and a network that is permitted and saved.'}
            onClick={() => void run()}
          >
            Search now
          </button>
        ))}
    </div>
  )
}

/** Networks that are saved are searched by themselves, unless the plan says that they are not. */
function NotYet({ agent: { connected, able, plan } }: Pick<Props, 'agent'>): JSX.Element | null {
  if (!connected || !able || plan.networks.length === 0) return null
  return <span class="faint">{plan.everySeconds === 0 ? 'Not searched yet' : 'The first search begins by itself'}</span>
}

/** `found`: entries of this agent that wait in the inbox. */
function RunLine({ run, found }: { run: DiscoveryRun; found: number }): JSX.Element {
  const [kind, word] = RUN_MARKS[run.state]
  const share = run.total === 0 ? 0 : Math.min(1, run.done / run.total)
  return (
    <span class="run-line">
      <StateMark kind={kind} word={word} />
      {run.state === 'running' ? (
        <>
          <progress max={1} value={share} aria-label="Addresses that were asked" />
          <span class="faint">{`${run.done} of ${run.total} addresses, ${run.answered} answered, ${leftWords(run)}`}</span>
        </>
      ) : (
        <span class="faint">
          <Ago at={run.toldAt} />
          {run.problem === undefined ? `, ${run.answered} of ${run.done} addresses answered` : `: ${run.problem}`}
        </span>
      )}
      {found > 0 && (
        <a class="button small" href={hrefOf({ kind: 'discovery', section: 'inbox' })}>
          {`${found} new in the inbox`}
        </a>
      )}
    </span>
  )
}

/** By how fast it was until now. */
function leftWords({ done, total, startedAt }: DiscoveryRun): string {
  const passed = now.value - startedAt
  if (done === 0 || passed <= 0) return 'just begun'
  return `about ${formatDuration((passed / done) * Math.max(0, total - done))} left`
}
