import type { Incident } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { wordsWithin } from '../../../format/common-domain.ts'
import { Since } from '../../../parts/since.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { devicesWord, failedPlace } from '../map-words.ts'

type Props = {
  readonly all: readonly Incident[]
  readonly picked: string
  /** The end of names that is not said again. */
  readonly domain?: string
  /** More are behind a button. */
  readonly most?: number
  readonly onPick: (incident: Incident) => void
}

export const KIND_WORDS: Readonly<Record<Incident['kind'], string>> = {
  device: 'Device failed',
  link: 'Link failed',
  power: 'Power failed',
  'agent-line': 'The line of the agent failed',
}

/** What is broken, cause first, with how much is cut off by it. */
export function IncidentList({ all, picked, domain = '', most = all.length, onPick }: Props): JSX.Element {
  const whole = useSignal(false)
  const shown = whole.value ? all : all.slice(0, most)
  return (
    <ul class="incidents">
      {shown.map((incident) => (
        <li key={incident.id}>
          <button
            type="button"
            class="incident"
            aria-pressed={picked !== '' && picked === failedPlace(incident)}
            onClick={() => onPick(incident)}
          >
            <span class="incident-head">
              <StateMark kind="critical" word={KIND_WORDS[incident.kind]} strong />
              <span class="faint">
                <Since at={incident.since} />
              </span>
            </span>
            <strong class="wrap">{wordsWithin(incident.cause.text, domain)}</strong>
            {incident.or.length > 0 && (
              <span class="quiet wrap">{`Or: ${wordsWithin(incident.or.join('; '), domain)}`}</span>
            )}
            {incident.behind.length > 0 && (
              <span class="incident-behind">
                <StateMark
                  kind="behind-failure"
                  word={`${devicesWord(incident.behind.length)} unreachable behind it`}
                />
              </span>
            )}
          </button>
        </li>
      ))}
      {shown.length < all.length && (
        <li>
          <button
            type="button"
            class="button small"
            onClick={() => {
              whole.value = true
            }}
          >
            {`${all.length - shown.length} more`}
          </button>
        </li>
      )}
    </ul>
  )
}
