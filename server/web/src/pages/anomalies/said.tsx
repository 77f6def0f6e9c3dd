import type { AnomalyDetail } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { Ago } from '../../parts/since.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may } from '../../session/session.ts'
import { FEEDBACK_WORDS } from './anomaly-words.ts'
import { sayFeedback } from './feedback-buttons.tsx'

type Props = { readonly anomaly: AnomalyDetail; readonly reload: () => void }

/** What people said of it, and a word for the others. */
export function Said({ anomaly, reload }: Props): JSX.Element {
  const { said, feedback } = anomaly
  return (
    <section class="section" aria-labelledby="said">
      <h2 id="said">What people say</h2>
      <ul class="panel pairs">
        {said.length === 0 && (
          <li class="line-row faint">
            {may('operator')
              ? 'Nothing yet. What you say above is used when models are trained next.'
              : 'Nothing yet. Operators can say whether it was expected, not useful or real.'}
          </li>
        )}
        {said.map((one) => (
          <li class="line-row" key={`${one.at} ${one.kind}`}>
            <div class="line-main">
              <strong class={one.takenBackAt === undefined ? '' : 'taken-back'}>{FEEDBACK_WORDS[one.kind].word}</strong>
              <span class="faint">
                {`by ${one.by} `}
                <Ago at={one.at} />
                {one.takenBackAt !== undefined && (
                  <>
                    {`, taken back by ${one.takenBackBy ?? one.by} `}
                    <Ago at={one.takenBackAt} />
                  </>
                )}
              </span>
            </div>
            {one.comment !== '' && <span class="wrap">{one.comment}</span>}
          </li>
        ))}
        {feedback !== undefined && may('operator') && (
          <li class="line-row">
            <Comment key={feedback.comment} anomaly={anomaly} reload={reload} />
          </li>
        )}
      </ul>
    </section>
  )
}

/** A word with what was said. */
function Comment({ anomaly, reload }: Props): JSX.Element | null {
  const { feedback } = anomaly
  const comment = useSignal(feedback?.comment ?? '')
  if (feedback === undefined) return null
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const done = await sayFeedback(anomaly, { kind: feedback.kind, comment: comment.value.trim() })
    if (done === undefined) return
    toast('Comment saved')
    reload()
  }
  return (
    <form class="acknowledge" onSubmit={(event) => void save(event)}>
      <input
        class="input"
        aria-label="Comment"
        placeholder="Why, for the others"
        maxLength={1000}
        value={comment.value}
        onInput={(event) => put(comment)(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={comment.value.trim() === feedback.comment}>
        Save
      </button>
    </form>
  )
}
