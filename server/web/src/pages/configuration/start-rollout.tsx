import { type ConfigScope, Rollout } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { failureSentence } from '../../net/failure.ts'
import { Choice } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { request } from '../../session/session.ts'
import { scopeName } from './scope-name.ts'

const CANARIES = [
  ['1', 'one agent'],
  ['2', 'two agents'],
  ['5', 'five agents'],
  ['0', 'none: all at once'],
] as const
const TIMES = [
  ['60', '1 minute'],
  ['600', '10 minutes'],
  ['3600', 'one hour'],
  ['86400', 'one day'],
] as const

type Props = {
  readonly scope: ConfigScope
  readonly revision: number
  readonly started: () => void
  readonly cancel: () => void
}

/** Says who gets a revision first and for how long they are watched, and begins. */
export function StartRollout({ scope, revision, started, cancel }: Props): JSX.Element {
  const count = useSignal('1')
  const seconds = useSignal('600')
  const wrong = useSignal('')
  const begin = async (event: Event): Promise<void> => {
    event.preventDefault()
    const canaries = count.value === '0' ? { kind: 'none' } : { kind: 'count', count: Number(count.value) }
    const body = { scope, revision, canaries, observeSeconds: Number(seconds.value) }
    const answer = await request({ method: 'POST', path: '/api/v1/fleet/rollouts', body, answer: Rollout })
    if (answer.kind === 'ok') started()
    else wrong.value = failureSentence(answer.failure)
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void begin(event)}>
      <h2>{`Roll out revision ${revision} to ${scopeName(scope)}`}</h2>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <div class="pair">
        <Choice
          label="Canaries"
          value={count.value}
          onValue={put(count)}
          options={CANARIES}
          hint="They get it first, of different sites where there are several."
        />
        <Choice
          label="Watched for"
          value={seconds.value}
          onValue={put(seconds)}
          options={TIMES}
          hint="It halts by itself when they fare worse than before."
        />
      </div>
      <div class="actions">
        <button type="submit" class="button solid">
          Roll out
        </button>
        <button type="button" class="button plain" onClick={cancel}>
          Not now
        </button>
      </div>
    </form>
  )
}
