import { NewUser, ROLES, User } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { put } from '../../live/put.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Choice, Field } from '../../parts/field.tsx'
import { FailureNote, Note } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { request, user } from '../../session/session.ts'

const Users = z.object({ items: z.array(User) })
export const ROLE_CHOICES = [
  ['viewer', 'viewer: sees everything'],
  ['operator', 'operator: acknowledges, adds devices'],
  ['admin', 'admin: users, tokens, agents'],
] as const

/** Who may log in, and as what. */
export function UsersSection(): JSX.Element {
  const { state, reload } = useFetch('users', (signal) => request({ path: '/api/v1/users', answer: Users, signal }))
  const loaded = state.value
  return (
    <>
      <section class="section" aria-label="Users">
        {loaded.kind === 'loading' && <SkeletonRows rows={3} what="users" />}
        {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the users" retry={reload} />}
        {loaded.kind === 'ready' && (
          <ul class="panel pairs">
            {loaded.value.items.map((one) => (
              <UserRow key={one.id} one={one} reload={reload} />
            ))}
          </ul>
        )}
      </section>
      <AddUser reload={reload} />
    </>
  )
}

function UserRow({ one, reload }: { one: User; reload: () => void }): JSX.Element {
  const asking = useSignal(false)
  const self = one.id === user.value?.id
  const change = async (role: string): Promise<void> => {
    const answer = await request({ method: 'PATCH', path: `/api/v1/users/${one.id}`, body: { role }, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${one.username} is ${role} now` : failureSentence(answer.failure))
    reload()
  }
  const remove = async (): Promise<void> => {
    const answer = await request({ method: 'DELETE', path: `/api/v1/users/${one.id}`, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${one.username} can no longer log in` : failureSentence(answer.failure))
    reload()
  }
  return (
    <li class="setting-row">
      <div class="setting-name">
        <strong class="cut">{one.username}</strong>
        <span class="faint">
          {one.lastLoginAt === undefined ? (
            'never logged in'
          ) : (
            <>
              last login <Ago at={one.lastLoginAt} />
            </>
          )}
        </span>
      </div>
      <select
        class="input"
        aria-label={`Role of ${one.username}`}
        value={one.role}
        disabled={self}
        onChange={(event) => void change(event.currentTarget.value)}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {role}
          </option>
        ))}
      </select>
      {self ? (
        <span class="faint">you</span>
      ) : asking.value ? (
        <span class="actions">
          <button type="button" class="button small danger" onClick={() => void remove()}>
            Remove
          </button>
          <button type="button" class="button small plain" onClick={() => put(asking)(false)}>
            Keep
          </button>
        </span>
      ) : (
        <button type="button" class="button small plain" onClick={() => put(asking)(true)}>
          Remove
        </button>
      )}
    </li>
  )
}

function AddUser({ reload }: { reload: () => void }): JSX.Element {
  const username = useSignal('')
  const password = useSignal('')
  const role = useSignal('viewer')
  const wrong = useSignal('')
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const parsed = NewUser.safeParse({ username: username.value, password: password.value, role: role.value })
    if (!parsed.success) {
      wrong.value = parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('; ')
      return
    }
    const answer = await request({ method: 'POST', path: '/api/v1/users', body: parsed.data, answer: NOTHING })
    wrong.value = answer.kind === 'failed' ? failureSentence(answer.failure) : ''
    if (answer.kind === 'failed') return
    toast(`${parsed.data.username} can log in now`)
    username.value = ''
    password.value = ''
    reload()
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Add a user</h2>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <div class="pair">
        <Field label="User name" value={username.value} onValue={put(username)} />
        <Field
          label="First password"
          type="password"
          autocomplete="new-password"
          value={password.value}
          onValue={put(password)}
          hint="12 characters or more."
        />
      </div>
      <Choice label="Role" value={role.value} onValue={put(role)} options={ROLE_CHOICES} />
      <div>
        <button type="submit" class="button">
          Add
        </button>
      </div>
    </form>
  )
}
