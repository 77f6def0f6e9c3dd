import type { DiscoveryRule } from '@eyenet/shared/api'
import { DEVICE_ROLES } from '@eyenet/shared/roles'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Choice, Field } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { ROLE_WORDS } from './inbox-words.ts'
import { type RuleForm, readRule } from './rule-form.ts'

type Props = { readonly form: RuleForm; readonly done: (rule: DiscoveryRule | undefined) => void }

const ROLES = [['', 'anything'] as const, ...DEVICE_ROLES.map((role) => [role, ROLE_WORDS[role]] as const)]

/** One rule: what is done, and with what. */
export function RuleEditor({ form: start, done }: Props): JSX.Element {
  const form = useSignal(start)
  const wrong = useSignal('')
  const change = (part: Partial<RuleForm>): void => {
    form.value = { ...form.peek(), ...part }
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    const read = readRule(form.value)
    if (read.kind === 'ok') done(read.rule)
    else wrong.value = read.sentence
  }
  const { name, action, networks, role, sysName, vendor, snmp } = form.value
  return (
    <form class="panel padded form" onSubmit={submit} noValidate>
      <h2>{start.name === '' ? 'A new rule' : `Change ${start.name}`}</h2>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <div class="pair">
        <Field label="Name" value={name} onValue={(next) => change({ name: next })} />
        <Choice
          label="What it does"
          value={action}
          onValue={(next) => change({ action: next === 'ignore' ? 'ignore' : 'accept' })}
          options={[
            ['accept', 'accept: it is watched'],
            ['ignore', 'ignore: it is left out'],
          ]}
        />
      </div>
      <div class="pair">
        <Choice label="What it is" value={role} onValue={(next) => change({ role: next })} options={ROLES} />
        <Choice
          label="Answers SNMP"
          value={snmp}
          onValue={(next) => change({ snmp: next === 'yes' || next === 'no' ? next : '' })}
          options={[
            ['', 'or not'],
            ['yes', 'yes'],
            ['no', 'no'],
          ]}
        />
      </div>
      <Field
        label="In networks"
        mono
        value={networks}
        onValue={(next) => change({ networks: next })}
        placeholder="anywhere"
      />
      <div class="pair">
        <Field
          label="Calls itself"
          value={sysName}
          onValue={(next) => change({ sysName: next })}
          placeholder="anything"
          hint="* stands for any letters: core-*"
        />
        <Field
          label="Made by"
          value={vendor}
          onValue={(next) => change({ vendor: next })}
          placeholder="anybody"
          hint="* stands for any letters"
        />
      </div>
      <div class="actions">
        <button type="submit" class="button solid">
          Take it over
        </button>
        <button type="button" class="button plain" onClick={() => done(undefined)}>
          Cancel
        </button>
      </div>
    </form>
  )
}
