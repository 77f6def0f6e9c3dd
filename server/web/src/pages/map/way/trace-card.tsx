import { besideRows, type LaidHop, type LaidTrace, type TopologyTrace } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatQuantity } from '../../../format/quantity.ts'
import { agents } from '../../../live/site.ts'
import { NOTHING } from '../../../net/api-client.ts'
import { FailureNote, Note } from '../../../parts/notes.tsx'
import { type MarkKind, StateMark } from '../../../parts/state-mark.tsx'
import { request } from '../../../session/session.ts'
import { progressWords } from '../../tools/task-words.ts'
import { taskPath } from '../../tools/use-task.ts'
import type { MapAddress } from '../map-address.ts'
import type { KnownWay } from './use-way.ts'

type Props = {
  readonly way: KnownWay
  readonly name: (id: string) => string
  readonly change: (change: Partial<MapAddress>) => void
}

const OUTCOME: Readonly<Record<LaidTrace['outcome'], readonly [MarkKind, string]>> = {
  'as-expected': ['ok', 'As the graph has it'],
  elsewhere: ['warning', 'Another way'],
  cut: ['critical', 'Not reached'],
  unknown: ['unknown', 'Cannot be compared'],
}

/** A trace from its start to its hops beside the expected way. */
export function TraceCard({ way, name, change }: Props): JSX.Element | null {
  const loaded = way.trace.value
  if (loaded.kind === 'loading') return <p class="faint">Asking …</p>
  if (loaded.kind === 'failed') {
    const gone = loaded.failure.kind === 'problem' && loaded.failure.code === 'not_found'
    return gone ? (
      <Note kind="unknown">This trace is not kept any more: traces stay for 15 minutes. Trace again.</Note>
    ) : (
      <FailureNote failure={loaded.failure} what="the trace" />
    )
  }
  const { task, laid } = loaded.value
  const heading = `Traced from ${agentName(task.agent)}`
  return (
    <section class="way-trace" aria-label={heading}>
      <h3>{heading}</h3>
      {task.state === 'running' && <Running task={task} />}
      {task.problem !== undefined && <Note kind="warning">{`It failed: ${task.problem}.`}</Note>}
      {laid === undefined && task.result !== undefined && 'message' in task.result && (
        <p class="wrap">{task.result.message}</p>
      )}
      {laid !== undefined && <Laid laid={laid} name={name} change={change} />}
    </section>
  )
}

function Running({ task }: { task: TopologyTrace['task'] }): JSX.Element {
  const stop = (): void => {
    // That it has ended meanwhile, or cannot be stopped, is seen by how it goes on.
    void request({ method: 'DELETE', path: taskPath(task.agent, task.id), answer: NOTHING })
  }
  return (
    <div class="card-state" role="status">
      <StateMark kind="pending" word={progressWords(task)} />
      <button type="button" class="button small" onClick={stop}>
        Stop
      </button>
    </div>
  )
}

function Laid({ laid, name, change }: { laid: LaidTrace } & Pick<Props, 'name' | 'change'>): JSX.Element {
  const [kind, word] = OUTCOME[laid.outcome]
  return (
    <>
      <p class="card-state">
        <StateMark kind={kind} word={word} strong />
      </p>
      <p class="wrap">{laid.text}</p>
      <table class="way-beside">
        <thead>
          <tr>
            <th scope="col">Expected</th>
            <th scope="col">Traced</th>
          </tr>
        </thead>
        <tbody>
          {besideRows(laid).map(({ node, hop }) => (
            <tr key={`${node} ${hop?.hop}`}>
              <td>
                {node !== undefined && (
                  <button type="button" class="row-button" onClick={() => change({ pick: node, way: '', trace: '' })}>
                    <span class={`cut${hop === undefined ? ' faint' : ''}`}>{name(node)}</span>
                  </button>
                )}
              </td>
              <td>{hop !== undefined && <Hop hop={hop} name={name} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Hop({ hop, name }: { hop: LaidHop } & Pick<Props, 'name'>): JSX.Element {
  const { answers, rtts, lost, place } = hop
  const least = rtts.length === 0 ? '' : formatQuantity(Math.min(...rtts), 'seconds')
  const figures = [least, lost === 0 || place === 'silent' ? '' : `${lost} of ${lost + rtts.length} lost`]
  return (
    <div class={`way-hop ${place}`}>
      <span class="faint">{`${hop.hop}`}</span>
      <span class="way-answers">
        {place === 'silent' && <span class="faint">no answer</span>}
        {answers.map(({ address, node, why }) => (
          <span class="wrap" key={address} title={why}>
            {node === undefined ? '' : `${name(node)} `}
            <span class="mono faint">{address}</span>
          </span>
        ))}
        <span class="faint">{figures.filter((one) => one !== '').join(', ')}</span>
      </span>
    </div>
  )
}

function agentName(id: string): string {
  const known = agents.value
  return known.kind === 'ready' ? (known.value.get(id)?.name ?? 'an agent') : 'an agent'
}
