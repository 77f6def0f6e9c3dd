import type { ComponentChildren, JSX } from 'preact'
import { type Failure, failureSentence } from '../net/failure.ts'
import { Icon } from './icon.tsx'

type NoteProps = {
  readonly kind?: 'critical' | 'warning' | 'unknown' | 'behind-failure' | 'info'
  readonly children: ComponentChildren
}

/** A sentence set off from the rest, with what to do about it. */
export function Note({ kind = 'info', children }: NoteProps): JSX.Element {
  return (
    <div class={`note ${kind}`} role={kind === 'critical' ? 'alert' : undefined}>
      <Icon name={kind === 'behind-failure' ? 'behind' : kind} />
      <div class="body">{children}</div>
    </div>
  )
}

type EmptyProps = { readonly title: string; readonly children?: ComponentChildren; readonly action?: ComponentChildren }

/** What is missing, and the next step. */
export function Empty({ title, children, action }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  )
}

/** Nothing came: says why, and offers another try; without the right to see it, says who can help. */
export function FailureNote({
  failure,
  what,
  retry,
}: {
  failure: Failure
  what: string
  retry?: () => void
}): JSX.Element {
  const forbidden = failure.kind === 'problem' && failure.code === 'forbidden'
  if (forbidden) {
    return (
      <Empty title="Not for your role">
        {`Seeing ${what} needs another role than yours. An administrator can give it to you in Settings, Users.`}
      </Empty>
    )
  }
  return (
    <div class="note unknown" role="alert">
      <Icon name="unknown" />
      <div class="body">
        <strong>{`Could not load ${what}.`}</strong> {failureSentence(failure)}
      </div>
      {retry !== undefined && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** What is shown is from an earlier answer. */
export function StaleNote({ failure, retry }: { failure: Failure | undefined; retry: () => void }): JSX.Element | null {
  if (failure === undefined) return null
  return (
    <div class="note unknown">
      <Icon name="unknown" />
      <div class="body">{`What you see is from before: the last refresh failed. ${failureSentence(failure)}`}</div>
      <button type="button" class="button small" onClick={retry}>
        Try again
      </button>
    </div>
  )
}
