import { AddedDevice, DeviceTest, type NewDevice } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { z } from 'zod'
import { agents, loadDevices } from '../../live/site.ts'
import { type Failure, failureSentence } from '../../net/failure.ts'
import { Choice, Field } from '../../parts/field.tsx'
import { Empty, Note } from '../../parts/notes.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf, navigate } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'
import { type DeviceForm, EMPTY_FORM, type FormFaults, readForm } from './device-form.ts'
import { SnmpFields } from './snmp-fields.tsx'
import { TestResult } from './test-result.tsx'

type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy'; readonly what: 'test' | 'save' }
  | { readonly kind: 'tested'; readonly test: DeviceTest }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** The problem of a device that did not answer carries what was tried. */
const Refused = z.object({ test: DeviceTest })

/** An address and how it speaks; tried from the agent before it is saved. */
export function AddDevicePage(): JSX.Element {
  const known = agents.value
  const all = known.kind === 'ready' ? [...known.value.values()] : []
  return (
    <div class="sheet narrow">
      <header class="device-head">
        <nav class="crumb" aria-label="Where this is">
          <a href={hrefOf({ kind: 'devices' })}>Devices</a>
        </nav>
        <h1>Add a device</h1>
      </header>
      {!may('operator') ? (
        <div class="panel">
          <Empty title="Not for your role">Adding devices needs the role operator or admin.</Empty>
        </div>
      ) : known.kind === 'ready' && all.length === 0 ? (
        <div class="panel">
          <Empty
            title="An agent comes first"
            action={
              <a class="button solid" href={hrefOf({ kind: 'enrol' })}>
                Enrol an agent
              </a>
            }
          >
            It does the asking, from where the device is.
          </Empty>
        </div>
      ) : (
        <Form
          agents={all.map(
            (one) =>
              [one.id, `${one.name} (${one.site}${one.state === 'connected' ? '' : ', not connected'})`] as const,
          )}
        />
      )}
    </div>
  )
}

function Form({ agents: choices }: { agents: readonly (readonly [string, string])[] }): JSX.Element {
  const form = useSignal<DeviceForm>(EMPTY_FORM)
  const faults = useSignal<FormFaults>({})
  const outcome = useSignal<Outcome>({ kind: 'none' })
  const filled: DeviceForm = { ...form.value, agent: form.value.agent || (choices[0]?.[0] ?? '') }
  const change = (part: Partial<DeviceForm>): void => {
    form.value = { ...form.value, ...part }
    faults.value = {}
  }
  const run = async (what: 'test' | 'save', force = false): Promise<void> => {
    const read = readForm(filled)
    faults.value = read.kind === 'faults' ? read.faults : {}
    if (read.kind === 'faults') return
    outcome.value = { kind: 'busy', what }
    outcome.value = what === 'test' ? await testDevice(read.device) : await saveDevice({ ...read.device, force })
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    void run('save')
  }
  const busy = outcome.value.kind === 'busy'
  return (
    <form class="form" onSubmit={submit} noValidate>
      <div class="panel form padded">
        <Field
          label="Address"
          value={form.value.address}
          onValue={(address) => change({ address })}
          wrong={faults.value.address}
          hint="IPv4, IPv6 or a host name, as the agent sees it."
          mono
          required
          focus
        />
        <Choice label="Watched by" value={filled.agent} onValue={(agent) => change({ agent })} options={choices} />
        <SnmpFields form={form.value} faults={faults.value} change={change} />
        <label class="check">
          <input
            type="checkbox"
            checked={form.value.ping}
            onChange={(event) => change({ ping: event.currentTarget.checked })}
          />
          <span>Ping it too: latency and loss</span>
        </label>
        {faults.value.ping !== undefined && <span class="ink-critical">{faults.value.ping}</span>}
        <details class="more">
          <summary>Name and interval</summary>
          <div class="form">
            <Field
              label="Name"
              value={form.value.name}
              onValue={(name) => change({ name })}
              hint="The device's own name, if you leave this empty."
            />
            <Field
              label="Interval, seconds"
              type="number"
              value={form.value.interval}
              onValue={(interval) => change({ interval })}
              wrong={faults.value.intervalSeconds}
              hint="The agent's own, if you leave this empty."
            />
          </div>
        </details>
      </div>
      <Result outcome={outcome.value} />
      <div class="actions">
        <button type="button" class="button" disabled={busy} onClick={() => void run('test')}>
          {outcome.value.kind === 'busy' && outcome.value.what === 'test' ? 'Trying …' : 'Test'}
        </button>
        <button type="submit" class="button solid" disabled={busy}>
          {outcome.value.kind === 'busy' && outcome.value.what === 'save' ? 'Trying and saving …' : 'Save'}
        </button>
        {outcome.value.kind === 'tested' && !outcome.value.test.ok && (
          <button type="button" class="button plain" onClick={() => void run('save', true)}>
            Save anyway
          </button>
        )}
      </div>
    </form>
  )
}

function Result({ outcome }: { outcome: Outcome }): JSX.Element | null {
  switch (outcome.kind) {
    case 'none':
      return null
    case 'busy':
      return <Note>The agent is asking the device. A device that does not answer takes some seconds.</Note>
    case 'failed':
      return <Note kind="critical">{failureSentence(outcome.failure)}</Note>
    case 'tested':
      return <TestResult test={outcome.test} />
  }
}

async function testDevice(device: NewDevice): Promise<Outcome> {
  const answer = await request({ method: 'POST', path: '/api/v1/devices/test', body: device, answer: DeviceTest })
  return answer.kind === 'ok' ? { kind: 'tested', test: answer.value } : { kind: 'failed', failure: answer.failure }
}

async function saveDevice(device: NewDevice): Promise<Outcome> {
  const answer = await request({ method: 'POST', path: '/api/v1/devices', body: device, answer: AddedDevice })
  if (answer.kind === 'ok') {
    const { id } = answer.value
    // Who has not answered yet has no identity: it comes on the list when it answers.
    toast(
      id === undefined
        ? `${device.address} is asked from now on; it comes on the list when it answers`
        : `${device.address} is watched now`,
    )
    void loadDevices()
    navigate(hrefOf(id === undefined ? { kind: 'devices' } : { kind: 'device', id }))
    return { kind: 'none' }
  }
  const refused = answer.failure.kind === 'problem' ? Refused.safeParse(answer.failure.body) : undefined
  return refused?.success === true
    ? { kind: 'tested', test: refused.data.test }
    : { kind: 'failed', failure: answer.failure }
}
