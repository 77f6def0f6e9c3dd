import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { failureSentence } from '../../net/failure.ts'
import { Field } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { login } from '../../session/session.ts'
import { Entrance } from './entrance.tsx'

export function LoginPage({ expired }: { expired: boolean }): JSX.Element {
  const username = useSignal('')
  const password = useSignal('')
  const wrong = useSignal('')
  const busy = useSignal(false)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    busy.value = true
    const answer = await login({ username: username.value, password: password.value })
    busy.value = false
    if (answer.kind === 'ok') return
    const { failure } = answer
    wrong.value =
      failure.kind === 'problem' && failure.code === 'unauthenticated'
        ? 'User name or password is wrong.'
        : failureSentence(failure)
  }
  return (
    <Entrance title="Log in">
      {expired && wrong.value === '' && <Note>Your session has ended. Log in to go on where you were.</Note>}
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field
          label="User name"
          value={username.value}
          onValue={put(username)}
          autocomplete="username"
          required
          focus
        />
        <Field
          label="Password"
          type="password"
          value={password.value}
          onValue={put(password)}
          autocomplete="current-password"
          required
        />
        <button type="submit" class="button solid" disabled={busy.value}>
          {busy.value ? 'Logging in …' : 'Log in'}
        </button>
      </form>
    </Entrance>
  )
}
