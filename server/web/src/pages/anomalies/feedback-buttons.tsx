import { Anomaly, FEEDBACK_KINDS, type FeedbackKind } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { acceptAnomaly } from '../../live/site.ts'
import { failureSentence } from '../../net/failure.ts'
import { Ago } from '../../parts/since.tsx'
import { toast } from '../../parts/toasts.tsx'
import { may, request } from '../../session/session.ts'
import { FEEDBACK_WORDS } from './anomaly-words.ts'
import { seriesTitle } from './series-words.ts'

type Said = { readonly kind: FeedbackKind; readonly comment: string }

/** Says it to the server, or with `undefined` takes back what was said; the anomaly as it is then. */
export async function sayFeedback(anomaly: Anomaly, said: Said | undefined): Promise<Anomaly | undefined> {
  const answer = await request({
    method: said === undefined ? 'DELETE' : 'POST',
    path: `/api/v1/anomalies/${anomaly.id}/feedback`,
    ...(said !== undefined && { body: said }),
    answer: Anomaly,
  })
  if (answer.kind === 'failed') {
    toast(`Not saved: ${failureSentence(answer.failure)}`)
    return undefined
  }
  acceptAnomaly(answer.value)
  return answer.value
}

type Props = { readonly anomaly: Anomaly; readonly onSaid?: (anomaly: Anomaly) => void }

/** Three words on an anomaly; the one that was said is pressed, with who said it, and pressing it again takes it back. */
export function FeedbackButtons({ anomaly, onSaid }: Props): JSX.Element | null {
  const { feedback } = anomaly
  const say = async (next: Said | undefined): Promise<void> => {
    const before = feedback
    const done = await sayFeedback(anomaly, next)
    if (done === undefined) return
    onSaid?.(done)
    const undo = async (): Promise<void> => {
      const undone = await sayFeedback(done, before)
      if (undone !== undefined) onSaid?.(undone)
    }
    const words = next === undefined ? 'Taken back' : FEEDBACK_WORDS[next.kind].word
    toast(`${words}: ${seriesTitle(anomaly)}`, () => void undo())
  }
  const mayBut = may('operator')
  return (
    <div class="feedback">
      {mayBut && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline in every browser
        <div class="segments" role="group" aria-label={`What ${seriesTitle(anomaly)} was`}>
          {FEEDBACK_KINDS.map((kind) => (
            <button
              type="button"
              key={kind}
              aria-pressed={feedback?.kind === kind}
              title={FEEDBACK_WORDS[kind].title}
              onClick={() => void say(feedback?.kind === kind ? undefined : { kind, comment: feedback?.comment ?? '' })}
            >
              {FEEDBACK_WORDS[kind].word}
            </button>
          ))}
        </div>
      )}
      {feedback !== undefined && (
        <span class="faint feedback-by">
          {`${mayBut ? '' : `${FEEDBACK_WORDS[feedback.kind].word} `}by ${feedback.by} `}
          <Ago at={feedback.at} />
        </span>
      )}
    </div>
  )
}
