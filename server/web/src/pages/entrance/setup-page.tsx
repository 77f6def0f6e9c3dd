import { Password, Username } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { failureSentence } from '../../net/failure.ts'
import { Field } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { setUp } from '../../session/session.ts'
import { Entrance } from './entrance.tsx'

/** Once, on a fresh server: makes the first administrator. */
export function SetupPage(): JSX.Element {
  const code = useSignal('')
  const username = useSignal('')
  const password = useSignal('')
  const wrong = useSignal('')
  const tried = useSignal(false)
  const busy = useSignal(false)
  const nameFault =
    tried.value && !Username.safeParse(username.value).success
      ? 'Letters, digits, dot, dash, underscore and @; 64 at most.'
      : undefined
  const passwordFault =
    tried.value && !Password.safeParse(password.value).success ? 'At least 12 characters.' : undefined
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    tried.value = true
    const fine = Username.safeParse(username.value).success && Password.safeParse(password.value).success
    if (!fine) return
    busy.value = true
    const answer = await setUp({ code: code.value.trim(), username: username.value, password: password.value })
    busy.value = false
    if (answer.kind === 'failed') wrong.value = failureSentence(answer.failure)
  }
  return (
    <Entrance title="Set up EyeNet">
      <p class="quiet">
        This server has no administrator yet. The one-time code is in the terminal or the log where the server was
        started.
      </p>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <Field
          label="Setup code"
          value={code.value}
          onValue={put(code)}
          autocomplete="one-time-code"
          mono
          required
          focus
        />
        <Field
          label="Your user name"
          value={username.value}
          onValue={put(username)}
          autocomplete="username"
          wrong={nameFault}
          required
        />
        <Field
          label="Password"
          type="password"
          value={password.value}
          onValue={put(password)}
          autocomplete="new-password"
          hint="12 characters or more; length is what counts."
          wrong={passwordFault}
          required
        />
        <button type="submit" class="button solid" disabled={busy.value}>
          {busy.value ? 'Setting up …' : 'Make the first administrator'}
        </button>
      </form>
    </Entrance>
  )
}
