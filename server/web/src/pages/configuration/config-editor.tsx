import { ConfigRevisionAnswer, type ConfigScope } from '@eyenet/shared/api'
import type { AgentConfiguration } from '@eyenet/shared/wire'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { put } from '../../live/put.ts'
import { type Answer, failureSentence } from '../../net/failure.ts'
import { Field } from '../../parts/field.tsx'
import { Note } from '../../parts/notes.tsx'
import { request } from '../../session/session.ts'
import { ChangeList } from './change-list.tsx'
import { scopeName } from './scope-name.ts'
import { type Draft, readDraft } from './settings-text.ts'

type Props = {
  readonly scope: ConfigScope
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  /** The newest revision when editing began; 0 for none. */
  readonly base: number
  readonly cancel: () => void
  /** It is saved, under this number. */
  readonly saved: (revision: number) => void
}

/** Settings as JSON and profiles as YAML; what a revision would change is shown before it is saved. */
export function ConfigEditor({ scope, draft, onDraft, base, saved, cancel }: Props): JSX.Element {
  const wrong = useSignal<readonly string[]>([])
  const preview = useSignal<{ answer: ConfigRevisionAnswer; configuration: AgentConfiguration } | undefined>(undefined)
  const edit = (next: Draft): void => {
    onDraft(next)
    preview.value = undefined
  }
  const look = async (event: Event): Promise<void> => {
    event.preventDefault()
    preview.value = undefined
    const read = readDraft(draft)
    wrong.value = read.kind === 'wrong' ? read.problems : []
    if (read.kind === 'wrong') return
    const answer = await send(scope, { configuration: read.configuration, base, dryRun: true })
    if (answer.kind === 'ok') preview.value = { answer: answer.value, configuration: read.configuration }
    else wrong.value = [failureSentence(answer.failure)]
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void look(event)}>
      <h2>{`Edit the configuration for ${scopeName(scope)}`}</h2>
      <Area
        label="Settings"
        value={draft.settings}
        onValue={(settings) => edit({ ...draft, settings })}
        hint="JSON, such as { &quot;intervalSeconds&quot;: 300 }. What is left out is as the wider scope has it. Known: intervalSeconds, intervals, metrics, host, neighbours, anomaly (alarmsPerMonth: false alarms allowed per series and 30 days)."
        invalid={wrong.value.length > 0}
      />
      <Profiles draft={draft} edit={edit} />
      {wrong.value.length > 0 && (
        <Note kind="critical">
          <ul>
            {wrong.value.map((one) => (
              <li key={one} class="wrap">
                {one}
              </li>
            ))}
          </ul>
        </Note>
      )}
      {preview.value === undefined ? (
        <div class="actions">
          <button type="submit" class="button solid">
            See what it changes
          </button>
          <button type="button" class="button plain" onClick={cancel}>
            Cancel
          </button>
        </div>
      ) : (
        <Save {...{ scope, base, saved, ...preview.value }} />
      )}
    </form>
  )
}

type SaveProps = Pick<Props, 'scope' | 'base' | 'saved'> & {
  readonly answer: ConfigRevisionAnswer
  readonly configuration: AgentConfiguration
}

function Save({ scope, base, saved, answer, configuration }: SaveProps): JSX.Element {
  const comment = useSignal('')
  const wrong = useSignal('')
  const save = async (): Promise<void> => {
    const made = await send(scope, { configuration, base, comment: comment.value.trim(), dryRun: false })
    if (made.kind === 'ok') saved(made.value.revision)
    else wrong.value = failureSentence(made.failure)
  }
  const { revision, changes, agents, tooOld } = answer
  return (
    <div class="section">
      <h3>{`Revision ${revision} changes, for ${agents === 1 ? '1 agent' : `${agents} agents`}:`}</h3>
      <ChangeList changes={changes} />
      {tooOld > 0 && (
        <Note kind="warning">{`${tooOld} of them are too old to take settings, and go on as they are: update them.`}</Note>
      )}
      <Field label="Why" value={comment.value} onValue={put(comment)} hint="For those who read it later." />
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <div>
        <button type="button" class="button solid" disabled={changes.length === 0} onClick={() => void save()}>
          {`Save revision ${revision}`}
        </button>
      </div>
      <p class="faint">Saved, it runs nowhere yet: you roll it out next.</p>
    </div>
  )
}

function Profiles({ draft, edit }: { draft: Draft; edit: (next: Draft) => void }): JSX.Element {
  const { profiles } = draft
  const change = (at: number, more: Partial<Draft['profiles'][number]>): void =>
    edit({ ...draft, profiles: profiles.map((one, index) => (index === at ? { ...one, ...more } : one)) })
  return (
    <>
      {profiles.map((one, at) => (
        // Names are edited, so that only the place tells them apart.
        <fieldset key={at} class="form">
          <legend>{`Device profile ${one.name}`}</legend>
          <Field label="Name" value={one.name} onValue={(name) => change(at, { name })} mono />
          <Area label="YAML" value={one.text} onValue={(text) => change(at, { text })} />
          <div>
            <button
              type="button"
              class="button small plain"
              onClick={() => edit({ ...draft, profiles: profiles.filter((_, index) => index !== at) })}
            >
              Leave this profile out
            </button>
          </div>
        </fieldset>
      ))}
      <div>
        <button
          type="button"
          class="button small"
          onClick={() => edit({ ...draft, profiles: [...profiles, { name: '', text: '' }] })}
        >
          Add a device profile
        </button>
      </div>
    </>
  )
}

type AreaProps = {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly hint?: string
  readonly invalid?: boolean
}

function Area({ label, value, onValue, hint, invalid = false }: AreaProps): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="input mono code"
        rows={Math.min(24, Math.max(6, value.split('\n').length + 1))}
        spellcheck={false}
        value={value}
        aria-invalid={invalid}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

function send(scope: ConfigScope, body: object): Promise<Answer<ConfigRevisionAnswer>> {
  const path = `/api/v1/fleet/config/${encodeURIComponent(scope)}/revisions`
  return request({ method: 'POST', path, body, answer: ConfigRevisionAnswer })
}
