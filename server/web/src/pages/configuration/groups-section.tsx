import { type AgentGroup, type AgentResource, GroupName } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { agents } from '../../live/site.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Field } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'

type Props = { readonly groups: readonly AgentGroup[]; readonly reload: () => void }

/** Named groups of agents: who is in which, and making one. */
export function GroupsSection({ groups, reload }: Props): JSX.Element {
  const edited = useSignal<AgentGroup | 'new' | undefined>(undefined)
  const remove = async ({ name }: AgentGroup): Promise<void> => {
    const answer = await request({ method: 'DELETE', path: `/api/v1/fleet/groups/${name}`, answer: NOTHING })
    toast(answer.kind === 'ok' ? `The group ${name} is removed; its agents stay` : failureSentence(answer.failure))
    reload()
  }
  const done = (): void => {
    edited.value = undefined
    reload()
  }
  return (
    <section class="section" aria-labelledby="groups">
      <div class="section-head">
        <h2 id="groups">Groups</h2>
        {may('admin') && edited.value === undefined && (
          <div class="end">
            <button type="button" class="button small" onClick={() => put(edited)('new')}>
              Make a group
            </button>
          </div>
        )}
      </div>
      <ul class="panel pairs">
        {groups.length === 0 && <li class="line-row faint">No group yet. An agent is in one group at most.</li>}
        {groups.map((one) => (
          <li key={one.name} class="setting-row">
            <div class="setting-name">
              <a href={hrefOf({ kind: 'configuration' }, { scope: `group:${one.name}` })}>{one.name}</a>
              <span class="faint wrap">{memberNames(one)}</span>
            </div>
            <span class="faint">{one.agents.length === 1 ? '1 agent' : `${one.agents.length} agents`}</span>
            {may('admin') ? (
              <span class="actions">
                <button type="button" class="button small plain" onClick={() => put(edited)(one)}>
                  Change
                </button>
                <button type="button" class="button small plain" onClick={() => void remove(one)}>
                  Remove
                </button>
              </span>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ul>
      {edited.value !== undefined && <EditGroup key={nameOf(edited.value)} group={edited.value} done={done} />}
    </section>
  )
}

const nameOf = (group: AgentGroup | 'new'): string => (group === 'new' ? '' : group.name)

function known(): readonly AgentResource[] {
  const state = agents.value
  return state.kind === 'ready' ? [...state.value.values()].sort((a, b) => a.name.localeCompare(b.name)) : []
}

function memberNames({ agents: members }: AgentGroup): string {
  return known()
    .filter(({ id }) => members.includes(id))
    .map(({ name }) => name)
    .join(', ')
}

function EditGroup({ group, done }: { group: AgentGroup | 'new'; done: () => void }): JSX.Element {
  const name = useSignal(nameOf(group))
  const chosen = useSignal<ReadonlySet<string>>(new Set(group === 'new' ? [] : group.agents))
  const wrong = useSignal('')
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const parsed = GroupName.safeParse(name.value.trim())
    wrong.value = parsed.success ? '' : 'Its name: lower-case letters, digits and dashes.'
    if (!parsed.success) return
    const body = { name: parsed.data, agents: [...chosen.value] }
    const answer = await request({ method: 'PUT', path: '/api/v1/fleet/groups', body, answer: NOTHING })
    if (answer.kind === 'ok') done()
    else wrong.value = failureSentence(answer.failure)
  }
  const toggle = (id: string, isIn: boolean): void => {
    const next = new Set(chosen.value)
    if (isIn) next.add(id)
    else next.delete(id)
    chosen.value = next
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void save(event)}>
      <h3>{group === 'new' ? 'Make a group' : `The group ${group.name}`}</h3>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      {group === 'new' && <Field label="Name" value={name.value} onValue={put(name)} focus />}
      <fieldset class="group-agents">
        <legend>Agents</legend>
        {known().map(({ id, name: agent }) => (
          <label key={id} class="check">
            <input
              type="checkbox"
              checked={chosen.value.has(id)}
              onChange={(event) => toggle(id, event.currentTarget.checked)}
            />
            {agent}
          </label>
        ))}
      </fieldset>
      <p class="faint">Who comes or goes runs what its scopes say from then on, at once; it leaves another group.</p>
      <div class="actions">
        <button type="submit" class="button solid">
          Save
        </button>
        <button type="button" class="button plain" onClick={done}>
          Cancel
        </button>
      </div>
    </form>
  )
}
