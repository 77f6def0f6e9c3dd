import type { DiscoveryOverview } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Empty } from '../../parts/notes.tsx'
import { hrefOf, setQuery } from '../../router/router.ts'

type Props = {
  readonly overview: DiscoveryOverview
  readonly typed: string
  /** The state that is listed; undefined: what is new. */
  readonly word: string | undefined
}

/** An inbox without entries says why, and what to do next. */
export function InboxEmpty({ overview, typed, word }: Props): JSX.Element {
  return (
    <div class="panel">
      {typed === '' ? <Nothing overview={overview} word={word} /> : <NothingFits typed={typed} word={word} />}
    </div>
  )
}

function NothingFits({ typed, word }: Omit<Props, 'overview'>): JSX.Element {
  return (
    <Empty
      title="Nothing fits"
      action={
        <button type="button" class="button" onClick={() => setQuery({ q: undefined })}>
          Show all
        </button>
      }
    >
      {`No entry that is ${word?.toLowerCase() ?? 'new'} contains “${typed}”.`}
    </Empty>
  )
}

/** What comes into a list of what is no longer new is decided in the list of what is. */
function NothingOther({ word, waiting }: { readonly word: string; readonly waiting: number }): JSX.Element {
  return (
    <Empty
      title="Nothing here"
      action={
        <button type="button" class="button" onClick={() => setQuery({ state: undefined })}>
          {waiting === 0 ? 'See what is new' : `See the ${waiting} new`}
        </button>
      }
    >
      {`No entry is “${word.toLowerCase()}”.`}
    </Empty>
  )
}

function Nothing({ overview, word }: Omit<Props, 'typed'>): JSX.Element {
  if (word !== undefined) return <NothingOther word={word} waiting={overview.inbox.new} />
  const looks = overview.agents.some((one) => one.plan.networks.length > 0)
  const isDecided = overview.inbox.accepted + overview.inbox.known + overview.inbox.ignored > 0
  const networks = hrefOf({ kind: 'discovery', section: 'networks' })
  if (!looks) {
    return (
      <Empty
        title="No agent looks for devices yet"
        action={
          <a class="button solid" href={networks}>
            Choose networks
          </a>
        }
      >
        An agent looks only where you permit it. Its own networks are offered: one click each.
      </Empty>
    )
  }
  return (
    <Empty
      title={isDecided ? 'Nothing new' : 'Nothing was found yet'}
      action={
        <span class="actions">
          {isDecided && (
            <a class="button solid" href={hrefOf({ kind: 'map' })}>
              See the map
            </a>
          )}
          <a class="button" href={networks}>
            Networks and searches
          </a>
        </span>
      }
    >
      {isDecided
        ? 'Everything that was found is watched, accepted or ignored. What is found next comes here.'
        : 'What a search finds comes here at once. See how far it is, and with which credentials it asks.'}
    </Empty>
  )
}
