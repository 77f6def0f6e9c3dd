import type { Model, NewModelRollout } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { downloadBlob } from '../../../format/download.ts'
import { put } from '../../../live/put.ts'
import { NOTHING } from '../../../net/api-client.ts'
import { failureSentence } from '../../../net/failure.ts'
import { Choice } from '../../../parts/field.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { toast } from '../../../parts/toasts.tsx'
import { fetchFile, may, request } from '../../../session/session.ts'
import { AskOnce } from './ask-once.tsx'
import {
  formerOf,
  ROLLOUT_STAGES,
  type RolloutStage,
  returnWords,
  rolloutWords,
  runningOf,
  stagesFor,
} from './model-words.ts'

type Props = { readonly model: Model; readonly all: readonly Model[]; readonly reload: () => void }

const UNDER_WAY: ReadonlySet<Model['stage']> = new Set(['shadow', 'canary', 'all'])

/** What can be done with a model; each says what it will do and asks once. */
export function ModelActions({ model, all, reload }: Props): JSX.Element {
  const stages = stagesFor(model)
  return (
    <div class="model-actions">
      {may('admin') && stages.length > 0 && <RollOut {...{ model, all, reload }} />}
      {may('operator') && UNDER_WAY.has(model.stage) && <Withdraw {...{ model, all, reload }} />}
      <Download model={model} />
    </div>
  )
}

function Withdraw({ model, all, reload }: Props): JSX.Element {
  const former = model.stage === 'all' ? formerOf(all) : runningOf(all)
  const act = async (deed: 'return' | 'withdraw', done: string): Promise<void> => {
    const answer = await request({ method: 'POST', path: pathOf(model, deed), body: {}, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${model.id} ${done}` : `Not done: ${failureSentence(answer.failure)}`)
    reload()
  }
  const says = returnWords(model, former)
  return (
    <>
      <AskOnce
        word={model.stage === 'all' ? `Return to ${former?.id ?? 'no model'}` : 'Take it back'}
        says={`${says} It can be rolled out again.`}
        act={() => act('return', 'is taken back')}
      />
      <AskOnce
        word="Withdraw"
        danger
        says={`${says} It is marked as withdrawn: only a person brings it back.`}
        act={() => act('withdraw', 'is withdrawn')}
      />
    </>
  )
}

const STAGE_CHOICES: Readonly<Record<RolloutStage, string>> = {
  shadow: 'on trial at all agents: alerts nobody',
  canary: 'count at canaries',
  all: 'count at all agents',
}
const CANARIES = [
  ['1', 'one agent'],
  ['2', 'two agents'],
  ['5', 'five agents'],
] as const

function RollOut({ model, all, reload }: Props): JSX.Element {
  const stages = stagesFor(model)
  const stage = useSignal<RolloutStage>(stages[0] ?? 'shadow')
  const count = useSignal('1')
  const onwards = useSignal(true)
  const start = async (): Promise<void> => {
    const body: Partial<NewModelRollout> = {
      stage: stage.value,
      canaries: { kind: 'count', count: Number(count.value) },
      ...(onwards.value && stage.value !== 'all' && { upTo: 'all' as const }),
    }
    const answer = await request({ method: 'POST', path: pathOf(model, 'rollout'), body, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${model.id} is on its way` : `Not rolled out: ${failureSentence(answer.failure)}`)
    reload()
  }
  const says = (
    <div class="roll-out">
      <Choice
        label={`Let ${model.id}`}
        value={stage.value}
        onValue={(value) => put(stage)(ROLLOUT_STAGES.find((one) => one === value) ?? stage.value)}
        options={stages.map((one) => [one, STAGE_CHOICES[one]] as const)}
      />
      {stage.value !== 'shadow' && stage.value !== 'all' && (
        <Choice label="Canaries" value={count.value} onValue={put(count)} options={CANARIES} />
      )}
      {stage.value !== 'all' && (
        <label class="check">
          <input
            type="checkbox"
            checked={onwards.value}
            onChange={(event) => put(onwards)(event.currentTarget.checked)}
          />
          <span>Go on to the next stage by itself, until all agents have it</span>
        </label>
      )}
      <p>{rolloutWords(stage.value, runningOf(all))}</p>
    </div>
  )
  return <AskOnce word="Roll out" says={says} act={start} />
}

function Download({ model }: { model: Model }): JSX.Element {
  const save = async (): Promise<void> => {
    const answer = await fetchFile(pathOf(model, 'file'))
    if (answer.kind === 'ok') downloadBlob(`${model.id}.onnx`, answer.value)
    else toast(`Not downloaded: ${failureSentence(answer.failure)}`)
  }
  return (
    <button type="button" class="button small plain" onClick={() => void save()}>
      <Icon name="download" /> Download
    </button>
  )
}

const pathOf = ({ id }: Pick<Model, 'id'>, deed: string): string => `/api/v1/models/${encodeURIComponent(id)}/${deed}`
