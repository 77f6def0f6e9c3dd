import { ApiToken, CreatedApiToken, NewApiToken } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { formatDay } from '../../format/moment.ts'
import { put } from '../../live/put.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Choice, Field } from '../../parts/field.tsx'
import { FailureNote, Note } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { request } from '../../session/session.ts'
import { ROLE_CHOICES } from './users-section.tsx'

const Tokens = z.object({ items: z.array(ApiToken) })
const CHOICES = [...ROLE_CHOICES, ['integration', 'integration: reads public MQTT topics'] as const]
const DAY_MS = 86_400_000
const LIFETIMES = [
  ['90', '90 days'],
  ['365', 'one year'],
  ['', 'until it is taken back'],
] as const

/** Keys for programs: scripts, Grafana, MQTT clients. */
export function TokensSection(): JSX.Element {
  const { state, reload } = useFetch('tokens', (signal) => request({ path: '/api/v1/tokens', answer: Tokens, signal }))
  const loaded = state.value
  return (
    <>
      <section class="section" aria-label="API tokens">
        {loaded.kind === 'loading' && <SkeletonRows rows={2} what="tokens" />}
        {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the tokens" retry={reload} />}
        {loaded.kind === 'ready' && (
          <ul class="panel pairs">
            {loaded.value.items.length === 0 && (
              <li class="line-row faint">No token yet. Programs that ask this server's API need one.</li>
            )}
            {loaded.value.items.map((one) => (
              <TokenRow key={one.id} one={one} reload={reload} />
            ))}
          </ul>
        )}
      </section>
      <AddToken reload={reload} />
    </>
  )
}

function TokenRow({ one, reload }: { one: ApiToken; reload: () => void }): JSX.Element {
  const asking = useSignal(false)
  const revoke = async (): Promise<void> => {
    const answer = await request({ method: 'DELETE', path: `/api/v1/tokens/${one.id}`, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${one.name} no longer works` : failureSentence(answer.failure))
    reload()
  }
  return (
    <li class="setting-row">
      <div class="setting-name">
        <strong class="cut">{one.name}</strong>
        <span class="faint">
          {`${one.role}, by ${one.createdBy} on ${formatDay(one.createdAt)}`}
          {one.expiresAt !== undefined && `, until ${formatDay(one.expiresAt)}`}
        </span>
      </div>
      <span class="faint">
        {one.lastUsedAt === undefined ? (
          'never used'
        ) : (
          <>
            used <Ago at={one.lastUsedAt} />
          </>
        )}
      </span>
      {asking.value ? (
        <span class="actions">
          <button type="button" class="button small danger" onClick={() => void revoke()}>
            Take back
          </button>
          <button type="button" class="button small plain" onClick={() => put(asking)(false)}>
            Keep
          </button>
        </span>
      ) : (
        <button type="button" class="button small plain" onClick={() => put(asking)(true)}>
          Take back
        </button>
      )}
    </li>
  )
}

function AddToken({ reload }: { reload: () => void }): JSX.Element {
  const name = useSignal('')
  const role = useSignal('viewer')
  const days = useSignal('90')
  const wrong = useSignal('')
  const made = useSignal<CreatedApiToken | undefined>(undefined)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const lifetime = days.value === '' ? {} : { expiresAt: Date.now() + Number(days.value) * DAY_MS }
    const parsed = NewApiToken.safeParse({ name: name.value.trim(), role: role.value, ...lifetime })
    if (!parsed.success) {
      wrong.value = 'Give it a name that says what uses it.'
      return
    }
    const answer = await request({ method: 'POST', path: '/api/v1/tokens', body: parsed.data, answer: CreatedApiToken })
    wrong.value = answer.kind === 'failed' ? failureSentence(answer.failure) : ''
    if (answer.kind === 'failed') return
    made.value = answer.value
    name.value = ''
    reload()
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Make a token</h2>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      {made.value !== undefined && (
        <div class="section">
          <p>{`This is the token of ${made.value.name}. Copy it now: it is not shown again.`}</p>
          <div class="command">
            <code>{made.value.token}</code>
            <CopyButton text={made.value.token} what="token" />
          </div>
        </div>
      )}
      <Field label="Name" value={name.value} onValue={put(name)} placeholder="what uses it, such as grafana" />
      <div class="pair">
        <Choice label="Role" value={role.value} onValue={put(role)} options={CHOICES} />
        <Choice label="Works for" value={days.value} onValue={put(days)} options={LIFETIMES} />
      </div>
      <div>
        <button type="submit" class="button">
          Make
        </button>
      </div>
    </form>
  )
}
