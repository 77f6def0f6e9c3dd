import { Rollout, type RolloutAgent } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { now } from '../../live/clock.ts'
import { failureSentence } from '../../net/failure.ts'
import { Note } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { type MarkKind, StateMark } from '../../parts/state-mark.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may, request } from '../../session/session.ts'
import { scopeName } from './scope-name.ts'

const STAGE: Readonly<Record<Rollout['stage'], { readonly kind: MarkKind; readonly word: string }>> = {
  canary: { kind: 'pending', word: 'With its canaries' },
  everyone: { kind: 'pending', word: 'Going to all' },
  halted: { kind: 'critical', word: 'Halted' },
  completed: { kind: 'ok', word: 'Completed' },
  aborted: { kind: 'unknown', word: 'Aborted' },
}

const PROGRESS: Readonly<Record<RolloutAgent['progress'], { readonly kind: MarkKind; readonly word: string }>> = {
  waiting: { kind: 'unknown', word: 'waits' },
  'on-trial': { kind: 'pending', word: 'runs it, not confirmed yet' },
  runs: { kind: 'ok', word: 'runs it' },
  rejected: { kind: 'critical', word: 'left it' },
  'too-old': { kind: 'warning', word: 'too old to take settings: update it' },
}

/** Agents named beside their count; the rest is a number. */
const MAX_NAMED = 12

/** How far a roll-out is, why it halted, and what can be done. */
export function RolloutPanel({ rollout, reload }: { rollout: Rollout; reload: () => void }): JSX.Element {
  const { stage, scope, revision, former, by, startedAt, reason } = rollout
  const isOver = stage === 'completed' || stage === 'aborted'
  return (
    <section class="panel agent" aria-label={`Roll-out of revision ${revision} to ${scopeName(scope)}`}>
      <div class="agent-head">
        <h3>{`Revision ${revision} to ${scopeName(scope)}`}</h3>
        <StateMark {...STAGE[stage]} strong />
        <span class="faint">
          {`by ${by} `}
          <Ago at={startedAt} />
        </span>
        {may('admin') && !isOver && <Deeds rollout={rollout} reload={reload} />}
      </div>
      {stage === 'halted' && (
        <Note kind="critical">
          <strong>{reason}.</strong>{' '}
          {`All run ${former === 0 ? 'what they ran before' : `revision ${former}`} again. Mend the cause and resume, or abort and make another revision.`}
        </Note>
      )}
      {stage === 'aborted' && <p class="quiet">{`${reason}.`}</p>}
      {stage === 'canary' && <Observation rollout={rollout} />}
      {(stage === 'canary' || stage === 'everyone') && <Agents agents={rollout.agents} stage={stage} />}
    </section>
  )
}

function Observation({ rollout: { observedSince, observeSeconds } }: { rollout: Rollout }): JSX.Element {
  if (observedSince === undefined) {
    return <p class="quiet">The canaries get it; once all of them have confirmed it, they are watched.</p>
  }
  const leftMs = Math.max(0, observedSince + observeSeconds * 1000 - now.value)
  return (
    <p class="quiet">
      {`All canaries run it. They are watched for another ${formatDuration(leftMs)}, then all agents get it.`}
    </p>
  )
}

function Agents({ agents, stage }: { agents: readonly RolloutAgent[]; stage: Rollout['stage'] }): JSX.Element {
  const told = stage === 'canary' ? agents.filter((one) => one.canary || one.progress === 'too-old') : agents
  const rest = agents.length - told.length
  const worst = [...told].sort((a, b) => Number(b.canary) - Number(a.canary) || rankOf(b) - rankOf(a))
  const hidden = Math.max(0, worst.length - MAX_NAMED)
  return (
    <ul class="rollout-agents">
      {worst.slice(0, MAX_NAMED).map((one) => (
        <li key={one.agent}>
          <StateMark kind={PROGRESS[one.progress].kind} bare word={PROGRESS[one.progress].word} />
          <span>
            <strong>{one.name}</strong>
            {one.canary && <span class="tag">canary</span>}
            <span class="faint">{` ${PROGRESS[one.progress].word}`}</span>
            {one.problem !== '' && <span class="quiet wrap">{` ${one.problem}`}</span>}
          </span>
        </li>
      ))}
      {hidden > 0 && <li class="faint">{`and ${hidden} more`}</li>}
      {rest > 0 && <li class="faint">{rest === 1 ? '1 other agent waits' : `${rest} other agents wait`}</li>}
    </ul>
  )
}

const rankOf = ({ progress }: RolloutAgent): number =>
  ({ rejected: 4, 'on-trial': 3, waiting: 2, 'too-old': 1, runs: 0 })[progress]

function Deeds({ rollout: { id, stage, former }, reload }: { rollout: Rollout; reload: () => void }): JSX.Element {
  const asking = useSignal(false)
  const act = async (deed: 'halt' | 'resume' | 'abort'): Promise<void> => {
    asking.value = false
    const path = `/api/v1/fleet/rollouts/${id}/${deed}`
    const answer = await request({ method: 'POST', path, body: {}, answer: Rollout })
    if (answer.kind === 'failed') toast(failureSentence(answer.failure))
    reload()
  }
  const back = former === 0 ? 'what they ran before' : `revision ${former}`
  return (
    <div class="end">
      {asking.value ? (
        <>
          <span class="quiet">{`All go back to ${back}?`}</span>
          <button type="button" class="button small danger" onClick={() => void act('abort')}>
            Abort it
          </button>
          <button
            type="button"
            class="button small plain"
            onClick={() => {
              asking.value = false
            }}
          >
            Go on
          </button>
        </>
      ) : (
        <>
          {stage === 'halted' ? (
            <button type="button" class="button small" onClick={() => void act('resume')}>
              Resume with the canaries
            </button>
          ) : (
            <button type="button" class="button small" onClick={() => void act('halt')}>
              Halt
            </button>
          )}
          <button
            type="button"
            class="button small plain"
            onClick={() => {
              asking.value = true
            }}
          >
            Abort
          </button>
        </>
      )}
    </div>
  )
}
