import { Password } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { chooseScheme, SCHEMES, scheme } from '../../app/scheme.ts'
import { put } from '../../live/put.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Field, Segments } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { toast } from '../../parts/toasts.tsx'
import { request, user } from '../../session/session.ts'

const SCHEME_WORDS = { system: 'As the system', light: 'Light', dark: 'Dark' } as const

/** The person's own: scheme and password. */
export function AccountSection(): JSX.Element {
  return (
    <>
      <section class="panel padded section">
        <h2>{user.value?.username}</h2>
        <p class="quiet">{`Role: ${user.value?.role}`}</p>
        <div class="field">
          <span>Colours</span>
          <div>
            <Segments
              label="Colours"
              value={scheme.value}
              onValue={(value) => chooseScheme(SCHEMES.find((one) => one === value) ?? 'system')}
              options={SCHEMES.map((one) => [one, SCHEME_WORDS[one]] as const)}
            />
          </div>
        </div>
      </section>
      <ChangePassword />
    </>
  )
}

function ChangePassword(): JSX.Element {
  const current = useSignal('')
  const next = useSignal('')
  const wrong = useSignal('')
  const tried = useSignal(false)
  const weak = tried.value && !Password.safeParse(next.value).success
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    tried.value = true
    if (!Password.safeParse(next.value).success) return
    const body = { current: current.value, next: next.value }
    const answer = await request({ method: 'POST', path: '/api/v1/auth/password', body, answer: NOTHING })
    wrong.value = answer.kind === 'failed' ? failureSentence(answer.failure) : ''
    if (answer.kind === 'failed') return
    current.value = ''
    next.value = ''
    tried.value = false
    toast('The password is changed')
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Password</h2>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <Field
        label="Present password"
        type="password"
        autocomplete="current-password"
        value={current.value}
        onValue={put(current)}
      />
      <Field
        label="New password"
        type="password"
        autocomplete="new-password"
        value={next.value}
        onValue={put(next)}
        hint="12 characters or more; length is what counts."
        wrong={weak ? 'At least 12 characters.' : undefined}
      />
      <div>
        <button type="submit" class="button">
          Change password
        </button>
      </div>
    </form>
  )
}
