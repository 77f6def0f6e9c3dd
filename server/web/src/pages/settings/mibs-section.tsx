import { MibFile } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { formatQuantity } from '../../format/quantity.ts'
import { put } from '../../live/put.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may, request } from '../../session/session.ts'
import { MibUpload } from './mib-upload.tsx'

const Mibs = z.object({ items: z.array(MibFile) })

/** MIB files that people added, and what each agent made of them. */
export function MibsSection(): JSX.Element {
  const { state, reload } = useFetch('mibs', (signal) => request({ path: '/api/v1/mibs', answer: Mibs, signal }))
  const loaded = state.value
  return (
    <>
      <p class="quiet prose">
        EyeNet knows thousands of MIBs already. Add those of a vendor that it does not know: agents then name the
        vendor's objects and find the sensors in them.
      </p>
      {may('operator') ? (
        <MibUpload uploaded={reload} />
      ) : (
        <p class="faint">Adding and removing MIB files needs the role operator.</p>
      )}
      <section class="section" aria-label="MIB files">
        {loaded.kind === 'loading' && <SkeletonRows rows={3} what="MIB files" />}
        {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the MIB files" retry={reload} />}
        {loaded.kind === 'ready' && (
          <>
            <StaleNote failure={loaded.stale} retry={reload} />
            <ul class="panel pairs">
              {loaded.value.items.length === 0 && <li class="line-row faint">No MIB file has been added.</li>}
              {loaded.value.items.map((one) => (
                <MibRow key={one.name} one={one} reload={reload} />
              ))}
            </ul>
          </>
        )}
      </section>
    </>
  )
}

function MibRow({ one, reload }: { one: MibFile; reload: () => void }): JSX.Element {
  return (
    <li class="mib">
      <div class="mib-head">
        <div class="setting-name">
          <strong class="mono wrap">{one.name}</strong>
          <span class="faint">
            {`${formatQuantity(one.bytes, 'bytes')}, by ${one.by} `}
            <Ago at={one.at} />
          </span>
        </div>
        {may('operator') && <Remove one={one} reload={reload} />}
      </div>
      {one.agents.length === 0 && (
        <p class="faint">No agent has compiled it yet; one that is connected does at once.</p>
      )}
      {one.agents.map((agent) => (
        <AgentResult key={agent.agent} agent={agent} />
      ))}
    </li>
  )
}

const MOST_PROBLEMS = 5

function AgentResult({ agent }: { agent: MibFile['agents'][number] }): JSX.Element {
  const kind = !agent.ok ? 'critical' : agent.problems.length > 0 ? 'warning' : 'ok'
  const word = !agent.ok ? 'not compiled' : agent.problems.length > 0 ? 'compiled, with gaps' : 'compiled'
  const more = agent.problems.length - MOST_PROBLEMS
  return (
    <div class="mib-agent">
      <StateMark kind={kind} word={word} />
      <div class="mib-result">
        <span>
          <span class="quiet">{`Agent ${agent.agent}`}</span>
          {agent.ok && (
            <span class="faint">
              {`: ${agent.objects === 1 ? '1 object' : `${agent.objects} objects`}${agent.modules.length === 0 ? '' : ` of ${agent.modules.join(', ')}`}`}
            </span>
          )}
        </span>
        {agent.problems.length > 0 && (
          <ul class="problems">
            {agent.problems.slice(0, MOST_PROBLEMS).map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
            {more > 0 && <li class="faint">{`and ${more} more`}</li>}
          </ul>
        )}
      </div>
    </div>
  )
}

function Remove({ one, reload }: { one: MibFile; reload: () => void }): JSX.Element {
  const asking = useSignal(false)
  const remove = async (): Promise<void> => {
    const path = `/api/v1/mibs/${encodeURIComponent(one.name)}`
    const answer = await request({ method: 'DELETE', path, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${one.name} removed` : `Not removed: ${failureSentence(answer.failure)}`)
    reload()
  }
  if (!asking.value) {
    return (
      <button
        type="button"
        class="button small plain"
        aria-label={`Remove ${one.name}`}
        onClick={() => put(asking)(true)}
      >
        Remove
      </button>
    )
  }
  return (
    <span class="actions">
      <span class="quiet">Agents keep what they have compiled.</span>
      <button type="button" class="button small danger" onClick={() => void remove()}>
        Remove here
      </button>
      <button type="button" class="button small plain" onClick={() => put(asking)(false)}>
        Keep
      </button>
    </span>
  )
}
