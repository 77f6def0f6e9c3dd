import {
  ChangedDiscoveryCredential,
  DiscoveryCredential,
  type DiscoveryOverview,
  NewDiscoveryCredential,
} from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { formatDay } from '../../format/moment.ts'
import { put } from '../../live/put.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Field } from '../../parts/field.tsx'
import { FailureNote, Note } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'
import { type DeviceForm, EMPTY_FORM, type FormFaults } from '../add-device/device-form.ts'
import { SnmpFields } from '../add-device/snmp-fields.tsx'
import { AskOnce } from '../settings/models/ask-once.tsx'
import { credentialFaults, credentialOf } from './credential-form.ts'

const List = z.object({ items: z.array(DiscoveryCredential) })

/** What agents try on what they find. Secrets go in and never come out. */
export function CredentialsSection({ overview }: { overview: DiscoveryOverview }): JSX.Element {
  const { state, reload } = useFetch('credentials', (signal) =>
    request({ path: '/api/v1/discovery/credentials', answer: List, signal }),
  )
  const changing = useSignal<DiscoveryCredential | undefined>(undefined)
  const loaded = state.value
  const done = (): void => {
    changing.value = undefined
    reload()
  }
  return (
    <div class="sheet-part">
      {loaded.kind === 'loading' && <SkeletonRows rows={3} what="credentials" />}
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the credentials" retry={reload} />}
      {loaded.kind === 'ready' && (
        <ul class="panel pairs">
          {loaded.value.items.length === 0 && (
            <li class="line-row faint">
              No credential yet. Without one, what is found answers to ping and TCP only, and links stay unknown.
            </li>
          )}
          {loaded.value.items.map((one) => (
            <CredentialRow key={one.id} one={one} {...{ overview, reload }} change={() => put(changing)(one)} />
          ))}
        </ul>
      )}
      {may('admin') && <CredentialForm key={changing.value?.id ?? 'new'} old={changing.value} done={done} />}
    </div>
  )
}

type RowProps = {
  readonly one: DiscoveryCredential
  readonly overview: DiscoveryOverview
  readonly reload: () => void
  readonly change: () => void
}

function CredentialRow({ one, overview, reload, change }: RowProps): JSX.Element {
  const agents = one.agents.map((id) => overview.agents.find((each) => each.agent === id)?.name ?? id)
  const remove = async (): Promise<void> => {
    const answer = await request({ method: 'DELETE', path: `/api/v1/discovery/credentials/${one.id}`, answer: NOTHING })
    toast(answer.kind === 'ok' ? `${one.name} is removed` : failureSentence(answer.failure))
    reload()
  }
  const what = `SNMP v${one.version}${one.user === undefined ? '' : `, user ${one.user}`}${one.port === undefined ? '' : `, port ${one.port}`}`
  return (
    <li class="credential-row">
      <div class="setting-name">
        <strong class="cut">{one.name}</strong>
        <span class="faint">{`${what}; the secret is kept, and not shown. By ${one.changedBy} on ${formatDay(one.changedAt)}`}</span>
        {agents.length === 0 ? (
          <span class="quiet">
            Tried by no agent yet: <a href={hrefOf({ kind: 'discovery', section: 'networks' })}>name it in Networks</a>
          </span>
        ) : (
          <span class="quiet">{`Tried by ${agents.join(', ')}`}</span>
        )}
      </div>
      {may('admin') && (
        <div class="actions">
          <button type="button" class="button small plain" onClick={change}>
            Change
          </button>
          <AskOnce
            word="Remove"
            danger
            says="It leaves every agent's list. Devices that were accepted with it keep theirs."
            act={remove}
          />
        </div>
      )}
    </li>
  )
}

type FormProps = { readonly old: DiscoveryCredential | undefined; readonly done: () => void }

function CredentialForm({ old, done }: FormProps): JSX.Element {
  const name = useSignal(old?.name ?? '')
  const form = useSignal<DeviceForm>({
    ...EMPTY_FORM,
    snmp: old?.version ?? '2c',
    user: old?.user ?? '',
    port: String(old?.port ?? 161),
  })
  const faults = useSignal<FormFaults>({})
  const wrong = useSignal('')
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const body = { name: name.value, port: Number(form.value.port), ...credentialOf(form.value, old !== undefined) }
    const parsed = (old === undefined ? NewDiscoveryCredential : ChangedDiscoveryCredential).safeParse(body)
    faults.value = parsed.success ? {} : credentialFaults(parsed.error.issues)
    wrong.value = ''
    if (!parsed.success) return
    const answer = await request({
      method: old === undefined ? 'POST' : 'PUT',
      path: `/api/v1/discovery/credentials${old === undefined ? '' : `/${old.id}`}`,
      body: parsed.data,
      answer: DiscoveryCredential,
    })
    if (answer.kind === 'failed') wrong.value = failureSentence(answer.failure)
    else {
      toast(`${answer.value.name} is kept. Name it in an agent's list, in Networks.`)
      name.value = ''
      form.value = EMPTY_FORM
      done()
    }
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{old === undefined ? 'Add a credential' : `Change ${old.name}`}</h2>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      {old !== undefined && <p class="quiet">Leave the secret empty to keep it.</p>}
      <Field
        label="Name"
        value={name.value}
        onValue={put(name)}
        placeholder="where it is used, such as campus read-only"
        wrong={faults.value.name}
      />
      <SnmpFields
        form={form.value}
        faults={faults.value}
        asked
        change={(part) => {
          form.value = { ...form.peek(), ...part }
        }}
      />
      <div class="actions">
        <button type="submit" class="button solid">
          {old === undefined ? 'Keep it' : 'Save'}
        </button>
        {old !== undefined && (
          <button type="button" class="button plain" onClick={done}>
            Cancel
          </button>
        )}
      </div>
    </form>
  )
}
