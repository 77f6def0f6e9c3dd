import type { JSX } from 'preact'
import { strengthOf } from './anomaly-words.ts'

/** How unusual, as one to three bars; the word is read out, and shown on hover. */
export function StrengthMark({ score }: { score: number }): JSX.Element {
  const { level, word } = strengthOf(score)
  const text = `${word}, ${score.toFixed(2)} of 1`
  return (
    <span class="strength" title={text}>
      {[1, 2, 3].map((bar) => (
        <span key={bar} class={bar <= level ? 'on' : ''} aria-hidden="true" />
      ))}
      <span class="hidden-text">{text}</span>
    </span>
  )
}
