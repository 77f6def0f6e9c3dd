import type { InboxItem } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { nameWithin } from '../../format/common-domain.ts'
import { hintOn } from '../../parts/hint.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Ago } from '../../parts/since.tsx'
import { hrefOf } from '../../router/router.ts'
import type { Column } from '../../table/column.ts'
import { foundWords, itemName, ROLE_WORDS, watchedBy, whyWords } from './inbox-words.ts'

type Hands = {
  /** The end of names that is not said again. */
  readonly domain: string
  readonly chosen: ReadonlySet<string>
  readonly choose: (ids: readonly string[], on: boolean) => void
  readonly all: readonly string[]
  /** Absent where the person may not. */
  readonly act: ((deed: 'accept' | 'ignore' | 'undo', ids: readonly string[]) => Promise<void>) | undefined
  readonly state: InboxItem['state']
}

type Col = Column<InboxItem>

export function inboxColumns(hands: Hands): readonly Col[] {
  const { chosen, choose, all, act, state } = hands
  const choosing: readonly Col[] =
    act === undefined || state === 'known'
      ? []
      : [
          {
            id: 'chosen',
            title: '',
            width: '40px',
            cell: (one) => (
              <input
                type="checkbox"
                class="row-check"
                aria-label={`Choose ${itemName(one)}`}
                checked={chosen.has(one.id)}
                onChange={(event) => choose([one.id], event.currentTarget.checked)}
                // Shift takes all: the first tick of a long list should not be the first of hundreds.
                onClick={(event) => event.shiftKey && choose(all, event.currentTarget.checked)}
              />
            ),
          },
        ]
  return [...choosing, ...factColumns(hands.domain), ...(act === undefined ? [] : [deedColumn(act, state)])]
}

function factColumns(domain: string): readonly Col[] {
  return [
    {
      id: 'name',
      title: 'Found',
      cell: (one) => (
        <>
          <span class="name cut" title={itemName(one)}>
            {one.device === undefined ? (
              nameWithin(itemName(one), domain)
            ) : (
              <a href={hrefOf({ kind: 'device', id: one.device })}>
                {nameWithin(one.deviceName ?? itemName(one), domain)}
              </a>
            )}
          </span>
          <span class="second">{`${one.role === 'unknown' ? '' : `${ROLE_WORDS[one.role]}, `}${foundWords(one)}`}</span>
        </>
      ),
      sort: itemName,
      text: itemName,
    },
    {
      id: 'address',
      title: 'Address',
      width: '150px',
      cell: (one) => (
        <>
          <span class="mono">{one.addresses[0]?.address ?? one.macs[0] ?? ''}</span>
          {one.addresses.length > 1 && <span class="faint">{` +${one.addresses.length - 1}`}</span>}
        </>
      ),
      sort: (one) => one.addresses[0]?.address,
      text: (one) => one.addresses.map(({ address }) => address).join(' '),
    },
    {
      id: 'role',
      title: 'Believed to be',
      hide: 'small',
      cell: (one) => (
        <span class="believed">
          <span class="cut">
            {ROLE_WORDS[one.role]}
            <span class="faint">{` ${[one.vendor, one.model].filter((text) => text !== '').join(' ')}`}</span>
          </span>
          <Why one={one} />
        </span>
      ),
      sort: (one) => ROLE_WORDS[one.role],
      text: (one) => `${ROLE_WORDS[one.role]} ${one.vendor} ${one.model}`,
    },
    {
      id: 'watched',
      title: 'By',
      width: '136px',
      hide: 'medium',
      cell: (one) => <span class="quiet">{watchedBy(one)}</span>,
      sort: watchedBy,
      text: watchedBy,
    },
    {
      id: 'seen',
      title: 'Last seen',
      width: '104px',
      hide: 'medium',
      largestFirst: true,
      cell: (one) => <Ago at={one.lastSeenAt} />,
      sort: (one) => one.lastSeenAt,
      text: (one) => new Date(one.lastSeenAt).toISOString(),
    },
  ]
}

/** Why it is believed: shown under the pointer or the keyboard's focus. */
function Why({ one }: { one: InboxItem }): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label={`Why ${itemName(one)} is believed to be that`}
      {...hintOn(whyWords(one).join('\n'))}
    >
      <Icon name="info" />
    </button>
  )
}

function deedColumn(act: NonNullable<Hands['act']>, state: Hands['state']): Col {
  return {
    id: 'deed',
    title: '',
    width: state === 'new' ? '158px' : '106px',
    hide: 'small',
    cell: (one) =>
      state === 'known' ? null : (
        <span class="row-deeds">
          {state === 'new' ? (
            <>
              <button type="button" class="button small" onClick={() => void act('accept', [one.id])}>
                Accept
              </button>
              <button type="button" class="button small plain" onClick={() => void act('ignore', [one.id])}>
                Ignore
              </button>
            </>
          ) : (
            <button
              type="button"
              class="button small plain"
              title={one.decidedBy === undefined ? '' : `Decided by ${one.decidedBy}`}
              onClick={() => void act('undo', [one.id])}
            >
              Take back
            </button>
          )}
        </span>
      ),
  }
}
