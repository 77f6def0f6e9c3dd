import { DiscoveryOverview } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { discoveryTick } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { DISCOVERY_SECTIONS, type DiscoverySection, hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'
import { CredentialsSection } from './credentials-section.tsx'
import { DevicesPlaces } from './devices-places.tsx'
import { InboxSection } from './inbox-section.tsx'
import { NetworksSection } from './networks-section.tsx'
import { RulesSection } from './rules-section.tsx'
import { VanishedSection } from './vanished-section.tsx'

const WORDS: Readonly<Record<DiscoverySection, string>> = {
  inbox: 'Inbox',
  networks: 'Networks',
  credentials: 'Credentials',
  rules: 'Rules',
  vanished: 'Vanished',
}

/** What agents find, where they look, with what, and what is done with it by itself. */
export function DiscoveryPage({ section }: { section: DiscoverySection }): JSX.Element {
  const { state, reload } = useFetch(
    'discovery',
    (signal) => request({ path: '/api/v1/discovery', answer: DiscoveryOverview, signal }),
    discoveryTick.value,
  )
  const loaded = state.value
  const older = loaded.kind === 'failed' && loaded.failure.kind === 'problem' && loaded.failure.status === 404
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [section, loaded.kind])
  return (
    <div class={`sheet${section === 'inbox' ? ' tall' : ''} discovery`}>
      <div class="page-head">
        <h1>Discovery</h1>
        <div class="end">
          <DevicesPlaces here="discovery" />
        </div>
      </div>
      <nav class="segments start" ref={bar} aria-label="Discovery">
        {DISCOVERY_SECTIONS.map((one) => (
          <a
            key={one}
            href={hrefOf({ kind: 'discovery', section: one })}
            aria-current={one === section ? 'page' : undefined}
          >
            {WORDS[one]}
            {one === 'inbox' && loaded.kind === 'ready' && loaded.value.inbox.new > 0 && (
              <span class="count unknown">{loaded.value.inbox.new}</span>
            )}
          </a>
        ))}
      </nav>
      {loaded.kind === 'loading' && <SkeletonRows rows={8} what="discovery" />}
      {older && (
        <div class="panel">
          <Empty title="This server finds no devices by itself">It is older than this page. Update the server.</Empty>
        </div>
      )}
      {loaded.kind === 'failed' && !older && <FailureNote failure={loaded.failure} what="discovery" retry={reload} />}
      {loaded.kind === 'ready' && (
        <>
          <StaleNote failure={loaded.stale} retry={reload} />
          <Section section={section} overview={loaded.value} reload={reload} />
        </>
      )}
    </div>
  )
}

type SectionProps = {
  readonly section: DiscoverySection
  readonly overview: DiscoveryOverview
  readonly reload: () => void
}

function Section({ section, overview, reload }: SectionProps): JSX.Element {
  switch (section) {
    case 'inbox':
      return <InboxSection overview={overview} reload={reload} />
    case 'networks':
      return <NetworksSection overview={overview} reload={reload} />
    case 'rules':
      return <RulesSection overview={overview} />
    case 'vanished':
      return <VanishedSection />
    case 'credentials':
      return may('operator') ? (
        <CredentialsSection overview={overview} />
      ) : (
        <div class="panel">
          <Empty title="Not for your role">
            Credentials are seen by operators and changed by administrators; their secrets by nobody.
          </Empty>
        </div>
      )
  }
}
