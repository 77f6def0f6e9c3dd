import type { DiscoveryAgent, DiscoveryCredential } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { Choice, Field } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { hrefOf } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import { addressCount, movedInOrder, type PlanFaults, type PlanForm, wordsOf } from './plan-form.ts'

type Change = (part: Partial<PlanForm>) => void
type NetworkProps = {
  readonly agent: DiscoveryAgent
  readonly form: PlanForm
  readonly change: Change
  readonly wrong: string | undefined
}

function sizeWords(network: string): string {
  const count = addressCount(network)
  if (count === undefined) return 'neighbours only, not swept'
  return count === 1 ? '1 address' : `${count.toLocaleString('en')} addresses`
}

/** The networks that are permitted, and those of the agent's own that are one click away. */
export function NetworkChoice({ agent, form, change, wrong }: NetworkProps): JSX.Element {
  const typed = useSignal('')
  const mayChange = may('admin')
  const offered = agent.offered.filter((one) => !form.networks.includes(one))
  const add = (networks: readonly string[]): void => change({ networks: [...new Set([...form.networks, ...networks])] })
  return (
    <div class="networks">
      <h3>{form.networks.length === 0 ? 'Looks nowhere' : 'Looks in'}</h3>
      <ul class="network-list">
        {form.networks.map((network) => (
          <li key={network} class="network">
            <span class="mono">{network}</span>
            <span class="faint">{sizeWords(network)}</span>
            {mayChange && (
              <button
                type="button"
                class="icon-button small"
                aria-label={`Do not look in ${network}`}
                onClick={() => change({ networks: form.networks.filter((one) => one !== network) })}
              >
                <Icon name="cross" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && offered.length > 0 && (
        <div class="offered">
          <span class="faint">Its own networks:</span>
          {offered.map((network) => (
            <button type="button" class="button small" key={network} onClick={() => add([network])}>
              <Icon name="plus" /> <span class="mono">{network}</span>
              {addressCount(network) === undefined && <span class="faint">{sizeWords(network)}</span>}
            </button>
          ))}
        </div>
      )}
      {mayChange && (
        <form
          class="query-form"
          onSubmit={(event) => {
            event.preventDefault()
            add(wordsOf(typed.value))
            typed.value = ''
          }}
        >
          <input
            class="input mono"
            aria-label="Another network"
            placeholder="another, such as 192.0.2.0/24"
            value={typed.value}
            onInput={(event) => put(typed)(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={typed.value.trim() === ''}>
            Add
          </button>
        </form>
      )}
      {wrong !== undefined && <span class="ink-critical">{wrong}</span>}
    </div>
  )
}

type FieldsProps = {
  readonly form: PlanForm
  readonly faults: PlanFaults
  readonly change: Change
  readonly credentials: readonly DiscoveryCredential[]
}

export function PlanFields({ form, faults, change, credentials }: FieldsProps): JSX.Element {
  return (
    <div class="form">
      <CredentialOrder form={form} change={change} credentials={credentials} />
      <Field
        label="Never ask"
        mono
        value={form.exclude}
        onValue={(exclude) => change({ exclude })}
        wrong={faults.exclude}
        hint="Networks or addresses within those above that are left alone."
      />
      <div class="pair">
        <Field
          label="Packets a second"
          type="number"
          value={form.packetsPerSecond}
          onValue={(packetsPerSecond) => change({ packetsPerSecond })}
          wrong={faults.packetsPerSecond}
          hint="Over everything that discovery sends. 50 is gentle."
        />
        <Field
          label="Every so many hours"
          type="number"
          value={form.everyHours}
          onValue={(everyHours) => change({ everyHours })}
          wrong={faults.everySeconds}
          hint="Empty: only on demand."
        />
      </div>
      <Field
        label="TCP ports"
        mono
        value={form.ports}
        onValue={(ports) => change({ ports })}
        wrong={faults.ports}
        hint="What answers there tells what a host is."
      />
      <Check
        label="Ask also what watched devices tell of"
        hint="Neighbours by LLDP, CDP, ARP and routing, within the networks above."
        checked={form.crawl}
        onChange={(crawl) => change({ crawl })}
      />
      <Check
        label="Listen to frames that pass by"
        hint="Sends nothing. Needs tcpdump, and the right to use it."
        checked={form.passive}
        onChange={(passive) => change({ passive })}
      />
      <Check
        label="Knock also where no ping is answered"
        hint="Finds hosts that drop pings; takes many times as long."
        checked={form.silentHosts}
        onChange={(silentHosts) => change({ silentHosts })}
      />
    </div>
  )
}

type CheckProps = {
  readonly label: string
  readonly hint: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

function Check({ label, hint, checked, onChange }: CheckProps): JSX.Element {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>
        {label} <span class="faint">{hint}</span>
      </span>
    </label>
  )
}

/** Which credentials are tried, and which first. */
function CredentialOrder({ form, change, credentials }: Omit<FieldsProps, 'faults'>): JSX.Element {
  const chosen = form.credentials
  const left = credentials.filter((one) => !chosen.includes(one.id))
  const move = (at: number, by: 1 | -1): void => change({ credentials: movedInOrder(chosen, at, by) })
  return (
    <div class="field">
      <span>Credentials, tried in this order</span>
      <ol class="order">
        {chosen.map((id, at) => (
          <li key={id} class="order-row">
            <span class="faint">{at + 1}</span>
            <span class="cut">{credentials.find((one) => one.id === id)?.name ?? 'a credential that is gone'}</span>
            <OrderButton name="up" word="Earlier" off={at === 0} act={() => move(at, -1)} />
            <OrderButton name="down" word="Later" off={at === chosen.length - 1} act={() => move(at, 1)} />
            <OrderButton
              name="cross"
              word="Do not try"
              act={() => change({ credentials: chosen.filter((one) => one !== id) })}
            />
          </li>
        ))}
        {chosen.length === 0 && <li class="faint">None: what is found is asked by ping and TCP only.</li>}
      </ol>
      {left.length > 0 && (
        <Choice
          label="Try also"
          value=""
          onValue={(id) => id !== '' && change({ credentials: [...chosen, id] })}
          options={[['', 'choose'], ...left.map((one) => [one.id, one.name] as const)]}
        />
      )}
      <span class="hint">
        Three tries at one device in an hour, so that nothing is locked out.{' '}
        <a href={hrefOf({ kind: 'discovery', section: 'credentials' })}>Add a credential</a>
      </span>
    </div>
  )
}

type OrderProps = {
  readonly name: 'up' | 'down' | 'cross'
  readonly word: string
  readonly off?: boolean
  readonly act: () => void
}

function OrderButton({ name, word, off = false, act }: OrderProps): JSX.Element {
  return (
    <button type="button" class="icon-button small" aria-label={word} title={word} disabled={off} onClick={act}>
      <Icon name={name} />
    </button>
  )
}
