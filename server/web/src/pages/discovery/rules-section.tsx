import { type DiscoveryOverview, type DiscoveryRule, DiscoveryRules, DiscoveryRuleTrial } from '@eyenet/shared/api'
import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { FailureNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may, request } from '../../session/session.ts'
import { movedInOrder } from './plan-form.ts'
import { RuleEditor } from './rule-editor.tsx'
import { NEW_RULE, ruleForm, ruleSentence } from './rule-form.ts'

const PATH = '/api/v1/discovery/rules'

/** What is done with new entries by itself; tried on what is in the inbox before it is set. */
export function RulesSection({ overview }: { overview: DiscoveryOverview }): JSX.Element {
  const { state, reload } = useFetch('rules', (signal) => request({ path: PATH, answer: DiscoveryRules, signal }))
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={3} what="the rules" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the rules" retry={reload} />
  return <Rules key={loaded.value.changedAt ?? 0} set={loaded.value} {...{ overview, reload }} />
}

type Props = {
  readonly set: DiscoveryRules
  readonly overview: DiscoveryOverview
  readonly reload: () => void
}

function Rules({ set, overview, reload }: Props): JSX.Element {
  const rules = useSignal<readonly DiscoveryRule[]>(set.rules)
  const editing = useSignal<number | undefined>(undefined)
  const trial = useSignal<DiscoveryRuleTrial | undefined>(undefined)
  const changed = rules.value !== set.rules
  const change = (next: readonly DiscoveryRule[]): void => {
    rules.value = next
    trial.value = undefined
  }
  const tryThem = async (): Promise<void> => {
    const body = { rules: rules.value }
    const answer = await request({ method: 'POST', path: `${PATH}/try`, body, answer: DiscoveryRuleTrial })
    if (answer.kind === 'failed') toast(failureSentence(answer.failure))
    else trial.value = answer.value
  }
  const save = async (apply: boolean): Promise<void> => {
    const body = { rules: rules.value, apply }
    const answer = await request({ method: 'PUT', path: PATH, body, answer: DiscoveryRules })
    toast(answer.kind === 'ok' ? 'The rules hold from now on' : failureSentence(answer.failure))
    if (answer.kind === 'ok') reload()
  }
  return (
    <div class="sheet-part">
      <p class="quiet prose">
        The first rule that holds decides about a new entry. What no rule is about waits in the inbox for somebody.
      </p>
      <RuleList {...{ rules, editing, change }} />
      {editing.value !== undefined && (
        <RuleEditor
          key={editing.value}
          form={formAt(rules.value, editing.value)}
          done={(rule) => {
            const at = editing.value ?? 0
            if (rule !== undefined) change([...rules.value.slice(0, at), rule, ...rules.value.slice(at + 1)])
            editing.value = undefined
          }}
        />
      )}
      {may('admin') && editing.value === undefined && (
        <div class="actions">
          <button type="button" class="button" onClick={() => put(editing)(rules.value.length)}>
            <Icon name="plus" /> Add a rule
          </button>
          {rules.value.length > 0 && (
            <button type="button" class="button" onClick={() => void tryThem()}>
              See what they would do
            </button>
          )}
        </div>
      )}
      {trial.value !== undefined && <Trial trial={trial.value} />}
      {changed && may('admin') && (
        <div class="actions">
          <button type="button" class="button solid" onClick={() => void save(false)}>
            Save for what is found next
          </button>
          {overview.inbox.new > 0 && (
            <button type="button" class="button" onClick={() => void save(true)}>
              {`Save, and apply to the ${overview.inbox.new} in the inbox`}
            </button>
          )}
          <button type="button" class="button plain" onClick={() => change(set.rules)}>
            As it was
          </button>
        </div>
      )}
    </div>
  )
}

const formAt = (rules: readonly DiscoveryRule[], at: number) => {
  const rule = rules[at]
  return rule === undefined ? NEW_RULE : ruleForm(rule)
}

type ListProps = {
  readonly rules: Signal<readonly DiscoveryRule[]>
  readonly editing: Signal<number | undefined>
  readonly change: (next: readonly DiscoveryRule[]) => void
}

function RuleList({ rules, editing, change }: ListProps): JSX.Element {
  const all = rules.value
  const mayChange = may('admin')
  return (
    <ol class="panel pairs">
      {all.length === 0 && <li class="line-row faint">No rule: everything that is found waits in the inbox.</li>}
      {all.map((rule, at) => (
        <li class="credential-row" key={rule.name}>
          <div class="setting-name">
            <strong class="cut">{`${at + 1}. ${rule.name}`}</strong>
            <span class="quiet">{ruleSentence(rule)}</span>
            {!rule.enabled && <StateMark kind="info" word="Switched off" />}
          </div>
          {mayChange && (
            <div class="actions">
              <button
                type="button"
                class="icon-button"
                aria-label="Earlier"
                title="Earlier"
                disabled={at === 0}
                onClick={() => change(movedInOrder(all, at, -1))}
              >
                <Icon name="up" />
              </button>
              <button type="button" class="button small plain" onClick={() => put(editing)(at)}>
                Change
              </button>
              <button
                type="button"
                class="button small plain"
                onClick={() => change(all.map((one) => (one === rule ? { ...one, enabled: !one.enabled } : one)))}
              >
                {rule.enabled ? 'Switch off' : 'Switch on'}
              </button>
              <button
                type="button"
                class="icon-button"
                aria-label="Remove"
                title="Remove"
                onClick={() => change(all.filter((one) => one !== rule))}
              >
                <Icon name="trash" />
              </button>
            </div>
          )}
        </li>
      ))}
    </ol>
  )
}

/** What the rules would do with the inbox as it is. */
function Trial({ trial }: { trial: DiscoveryRuleTrial }): JSX.Element {
  return (
    <section class="panel padded section" aria-labelledby="trial">
      <h2 id="trial">{`Of ${trial.looked} that are new now`}</h2>
      <ul class="card-list">
        {trial.rules.map((rule) => (
          <li class="card-row" key={rule.name}>
            <strong>{`${rule.count} ${rule.action === 'accept' ? 'accepted' : 'ignored'}`}</strong>
            {` by “${rule.name}”`}
            {rule.examples.length > 0 && (
              <span class="faint">{`: ${rule.examples.map((one) => one.name || one.address).join(', ')}`}</span>
            )}
          </li>
        ))}
        <li class="card-row">{`${trial.untouched} wait for somebody`}</li>
      </ul>
    </section>
  )
}
