import { AlertResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { acceptAlert } from '../../live/site.ts'
import { failureSentence } from '../../net/failure.ts'
import { Ago } from '../../parts/since.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may, request, user } from '../../session/session.ts'
import { alertSentence } from './alert-words.ts'

type Change = (alert: AlertResource) => void

async function change(
  alert: AlertResource,
  method: 'POST' | 'DELETE',
  comment = '',
): Promise<AlertResource | undefined> {
  const answer = await request({
    method,
    path: `/api/v1/alerts/${alert.id}/acknowledge`,
    ...(method === 'POST' ? { body: { comment } } : {}),
    answer: AlertResource,
  })
  if (answer.kind === 'failed') {
    toast(`Not done: ${failureSentence(answer.failure)}`)
    return undefined
  }
  acceptAlert(answer.value)
  return answer.value
}

async function acknowledge(alert: AlertResource, comment: string): Promise<void> {
  const done = await change(alert, 'POST', comment)
  if (done !== undefined) toast(`Acknowledged: ${alertSentence(alert)}`, () => void change(done, 'DELETE'))
}

async function takeBack(alert: AlertResource): Promise<void> {
  const before = alert.acknowledgement?.comment ?? ''
  const done = await change(alert, 'DELETE')
  if (done !== undefined) toast('Acknowledgement taken back', () => void change(done, 'POST', before))
}

export const canAcknowledge = (alert: AlertResource): boolean => alert.state !== 'resolved' && may('operator')

/** Acknowledge, with a comment if there is something to say; who did it is shown, and it can be taken back. */
export function AlertActions({ alert, onDone }: { alert: AlertResource; onDone?: Change }): JSX.Element | null {
  const writing = useSignal(false)
  const comment = useSignal('')
  if (alert.acknowledgement !== undefined) return <Acknowledged alert={alert} />
  if (!canAcknowledge(alert)) return null
  if (!writing.value) {
    return (
      <button type="button" class="button small" onClick={() => put(writing)(true)}>
        Acknowledge
      </button>
    )
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    writing.value = false
    void acknowledge(alert, comment.value.trim()).then(() => onDone?.(alert))
  }
  return (
    <form class="acknowledge" onSubmit={submit}>
      <input
        class="input"
        aria-label="Comment"
        placeholder={`Comment for the others (as ${user.value?.username ?? ''})`}
        maxLength={1000}
        autofocus
        value={comment.value}
        onInput={(event) => put(comment)(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') writing.value = false
        }}
      />
      <button type="submit" class="button solid">
        Acknowledge
      </button>
      <button type="button" class="button plain" onClick={() => put(writing)(false)}>
        Cancel
      </button>
    </form>
  )
}

function Acknowledged({ alert }: { alert: AlertResource }): JSX.Element | null {
  const done = alert.acknowledgement
  if (done === undefined) return null
  return (
    <div class="acknowledged">
      <span>
        {`Acknowledged by ${done.by} `}
        <Ago at={done.at} />
        {done.comment !== '' && `: ${done.comment}`}
      </span>
      {canAcknowledge(alert) && (
        <button type="button" class="button small plain" onClick={() => void takeBack(alert)}>
          Take back
        </button>
      )}
    </div>
  )
}
