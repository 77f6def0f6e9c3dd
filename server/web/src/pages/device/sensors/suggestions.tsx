import type { SensorResource } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { hintOn } from '../../../parts/hint.tsx'
import { Icon } from '../../../parts/icon.tsx'
import { may } from '../../../session/session.ts'
import type { Column } from '../../../table/column.ts'
import { DataTable } from '../../../table/data-table.tsx'
import { choose } from './sensor-choice.ts'
import { type Suggestion, suggestionsOf } from './sensor-groups.ts'
import { kindWords } from './sensor-kinds.ts'
import { pendingChoice, readingText } from './sensor-words.ts'

type Props = {
  readonly family: string
  readonly all: readonly SensorResource[]
  /** Nothing else is read: what is offered is what the page is about. */
  readonly open: boolean
  readonly changed: () => void
}

const MAX_HEIGHT = 480

/** What the device tells and EyeNet is not sure about: accepted once for a family, by a person. */
export function Suggestions({ family, all, open, changed }: Props): JSX.Element | null {
  const offers = suggestionsOf(all)
  if (offers.length === 0) return null
  const readings = offers.reduce((sum, one) => sum + one.all.length, 0)
  return (
    <details class="more suggestions" open={open}>
      <summary>
        {readings === 1 ? '1 suggestion' : `${readings} suggestions`}
        {offers.length < readings && <span class="faint">{` from ${offers.length} objects`}</span>}
      </summary>
      <div class="section">
        <p class="quiet prose">
          This device tells these numbers too, but its MIB does not say for sure what they are, so they are not read.
          Accept one if it makes sense: it is then read on every device of the family {family}.
        </p>
        {!may('operator') && (
          <p class="faint">You can look at them; accepting needs the role operator. An administrator can give it.</p>
        )}
        <DataTable
          caption="Suggestions"
          columns={offerColumns(family, changed)}
          rows={offers}
          keyOf={(one) => one.object}
          sorting={{ column: '', descending: false }}
          onSort={() => undefined}
          maxHeight={MAX_HEIGHT}
        />
      </div>
    </details>
  )
}

function offerColumns(family: string, changed: () => void): readonly Column<Suggestion>[] {
  return [
    {
      id: 'what',
      title: 'What it may be',
      cell: ({ first, all }) => (
        <>
          <span class="sensor-name">
            <Icon name={kindWords(first.kind).icon} />
            <span class="name cut" {...hintOn(`OID ${first.object} · ${first.evidence}`)}>
              {first.sensor}
            </span>
            {all.length > 1 && <span class="faint nowrap">{`and ${all.length - 1} more`}</span>}
          </span>
          <span class="second">{`${kindWords(first.kind).word}, ${first.evidence}`}</span>
        </>
      ),
    },
    {
      id: 'kind',
      title: 'Kind',
      width: '170px',
      hide: 'small',
      cell: ({ first }) => <span class="quiet">{kindWords(first.kind).word}</span>,
    },
    {
      id: 'value',
      title: 'At the survey',
      number: true,
      width: '110px',
      hide: 'small',
      cell: ({ first }) => <span class="quiet">{readingText(first)}</span>,
    },
    {
      id: 'evidence',
      title: 'Known by',
      width: '180px',
      hide: 'medium',
      cell: ({ first }) => <span class="faint">{first.evidence}</span>,
    },
    {
      id: 'accept',
      title: '',
      width: 'var(--accept)',
      number: true,
      cell: (one) => <Accept family={family} offer={one} changed={changed} />,
    },
  ]
}

type AcceptProps = { readonly family: string; readonly offer: Suggestion; readonly changed: () => void }

function Accept({ family, offer: { first }, changed }: AcceptProps): JSX.Element {
  const busy = useSignal(false)
  const accept = async (): Promise<void> => {
    busy.value = true
    await choose({ family, one: first, enabled: true, changed })
    busy.value = false
  }
  const pending = pendingChoice(first)
  if (pending === 'starts') return <Pending text="from the next survey on" />
  if (first.chosen === false) return <span class="faint">switched off by a person</span>
  if (!may('operator'))
    return (
      <span class="none" {...hintOn('Accepting needs the role operator')}>
        offered
      </span>
    )
  return (
    <button
      type="button"
      class="button small accept"
      disabled={busy.value}
      aria-label={`Accept ${first.sensor} for all ${family}`}
      onClick={() => void accept()}
    >
      Accept
      <span class="hide-small">{familyWords(family)}</span>
    </button>
  )
}

/** A family that has no name, only a number, is named in the sentence above. */
const LONGEST_FAMILY = 22
const familyWords = (family: string): string =>
  family.length > LONGEST_FAMILY || /^[\d.]+$/.test(family) ? ' for the family' : ` for all ${family}`

export function Pending({ text }: { text: string }): JSX.Element {
  return (
    <span class="state pending" role="status">
      <Icon name="pending" />
      <span>{text}</span>
    </span>
  )
}
