import { AgentGroup, ConfigRevision, type ConfigScope, Rollout } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { now } from '../../live/clock.ts'
import { put } from '../../live/put.ts'
import { agents } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Choice } from '../../parts/field.tsx'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf, query, setQuery } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'
import { AgentRules } from './agent-rules.tsx'
import { ConfigEditor } from './config-editor.tsx'
import { GroupsSection } from './groups-section.tsx'
import { RevisionList } from './revision-list.tsx'
import { RolloutPanel } from './rollout-panel.tsx'
import { scopeName, scopeOf } from './scope-name.ts'
import { type Draft, draftOf } from './settings-text.ts'
import { StartRollout } from './start-rollout.tsx'

const Revisions = z.object({ items: z.array(ConfigRevision) })
const Rollouts = z.object({ items: z.array(Rollout) })
const Groups = z.object({ items: z.array(AgentGroup) })
/** How often roll-outs are looked at. */
const LOOK_MS = 5_000
/** Roll-outs that are over and still shown. */
const SHOWN_OVER = 3

/** What agents run beside their targets: roll-outs that are open first, then what each scope says. */
export function ConfigurationPage(): JSX.Element {
  const scope = scopeOf(query.value.get('scope'))
  const tick = Math.floor(now.value / LOOK_MS)
  const rollouts = useFetch(
    'rollouts',
    (signal) => request({ path: '/api/v1/fleet/rollouts', answer: Rollouts, signal }),
    tick,
  )
  const groups = useFetch('groups', (signal) => request({ path: '/api/v1/fleet/groups', answer: Groups, signal }))
  const known = groups.state.value
  return (
    <div class="sheet narrow">
      <header class="device-head">
        <nav class="crumb" aria-label="Where this is">
          <a href={hrefOf({ kind: 'agents' })}>Agents</a>
        </nav>
        <h1>Configuration</h1>
      </header>
      <p class="quiet prose">
        What agents run beside their targets. A narrower scope stands over a wider one, setting by setting; what an
        agent's own file names stands over all of them.
      </p>
      <RolloutsSection {...rollouts} scope={scope} />
      <Choice
        label="Scope"
        value={scope}
        onValue={(chosen) => setQuery({ scope: chosen === 'all' ? undefined : chosen }, { replace: false })}
        options={scopeOptions(known.kind === 'ready' ? known.value.items : [], scope)}
      />
      <Scope key={scope} scope={scope} tick={tick} reloadRollouts={rollouts.reload} />
      {known.kind === 'failed' && <FailureNote failure={known.failure} what="the groups" retry={groups.reload} />}
      {known.kind === 'ready' && scope === 'all' && <GroupsSection groups={known.value.items} reload={groups.reload} />}
    </div>
  )
}

type RolloutsProps = ReturnType<typeof useFetch<z.infer<typeof Rollouts>>> & { readonly scope: ConfigScope }

function RolloutsSection({ state, reload, scope }: RolloutsProps): JSX.Element | null {
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={2} what="roll-outs" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the roll-outs" retry={reload} />
  const isOver = ({ stage }: Rollout): boolean => stage === 'completed' || stage === 'aborted'
  const open = loaded.value.items.filter((one) => !isOver(one))
  const over = loaded.value.items.filter((one) => isOver(one) && one.scope === scope).slice(0, SHOWN_OVER)
  if (open.length + over.length === 0) return null
  return (
    <section class="section" aria-labelledby="rollouts">
      <h2 id="rollouts">Roll-outs</h2>
      <StaleNote failure={loaded.stale} retry={reload} />
      {[...open, ...over].map((one) => (
        <RolloutPanel key={one.id} rollout={one} reload={reload} />
      ))}
    </section>
  )
}

type ScopeProps = { readonly scope: ConfigScope; readonly tick: number; readonly reloadRollouts: () => void }

/** One scope: who rules what where it is one agent, its revisions, and editing a new one. */
function Scope({ scope, tick, reloadRollouts }: ScopeProps): JSX.Element {
  const path = `/api/v1/fleet/config/${encodeURIComponent(scope)}/revisions`
  const { state, reload } = useFetch(path, (signal) => request({ path, answer: Revisions, signal }), tick)
  const draft = useSignal<Draft | undefined>(undefined)
  const base = useSignal(0)
  const rolling = useSignal<number | undefined>(undefined)
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={4} what="revisions" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the revisions" retry={reload} />
  const revisions = loaded.value.items
  const edit = (from: ConfigRevision | undefined): void => {
    draft.value = draftOf(from?.configuration ?? { settings: {}, profiles: [] })
    base.value = revisions[0]?.revision ?? 0
    rolling.value = undefined
  }
  const saved = (revision: number): void => {
    draft.value = undefined
    rolling.value = revision
    reload()
  }
  const ended = (): void => {
    rolling.value = undefined
    reload()
    reloadRollouts()
  }
  return (
    <>
      <StaleNote failure={loaded.stale} retry={reload} />
      {scope.startsWith('agent:') && <AgentRules agent={scope.slice('agent:'.length)} tick={tick} />}
      {rolling.value !== undefined && (
        <StartRollout scope={scope} revision={rolling.value} started={ended} cancel={ended} />
      )}
      {draft.value !== undefined && (
        <ConfigEditor
          scope={scope}
          draft={draft.value}
          onDraft={put(draft)}
          base={base.value}
          saved={saved}
          cancel={() => put(draft)(undefined)}
        />
      )}
      <section class="section" aria-labelledby="revisions">
        <div class="section-head">
          <h2 id="revisions">{`Revisions for ${scopeName(scope)}`}</h2>
          {may('admin') && draft.value === undefined && (
            <div class="end">
              <button type="button" class="button small solid" onClick={() => edit(revisions[0])}>
                {revisions.length === 0 ? 'Write the first' : 'Edit'}
              </button>
            </div>
          )}
        </div>
        <RevisionList
          revisions={revisions}
          edit={edit}
          rollOut={(revision) => {
            draft.value = undefined
            rolling.value = revision
          }}
        />
      </section>
    </>
  )
}

function scopeOptions(groups: readonly AgentGroup[], chosen: ConfigScope): readonly (readonly [string, string])[] {
  const state = agents.value
  const known = state.kind === 'ready' ? [...state.value.values()] : []
  const scopes: readonly string[] = [
    'all',
    ...groups.map(({ name }) => `group:${name}`),
    ...known.sort((a, b) => a.name.localeCompare(b.name)).map(({ id }) => `agent:${id}`),
  ]
  return [...new Set([...scopes, chosen])].map((scope) => [scope, scopeName(scopeOf(scope))])
}
