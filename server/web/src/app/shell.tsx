import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { formatShortMoment } from '../format/moment.ts'
import { now } from '../live/clock.ts'
import { feedState, firingCount, reconnectNow } from '../live/site.ts'
import { Icon } from '../parts/icon.tsx'
import { placeOf, route } from '../router/router.ts'
import { HelpPanel } from './help-panel.tsx'
import { overlay } from './overlay-state.ts'
import { PageHere } from './page-here.tsx'
import { placeName } from './place-name.ts'
import { Rail, railNarrow } from './rail.tsx'
import { SearchPalette } from './search-palette.tsx'
import { TopBar } from './top-bar.tsx'

/** A cut shorter than this is not worth a banner. */
const BANNER_AFTER_MS = 4_000

const announced = signal('')

/** Rail, bar and the page between them. */
export function Shell(): JSX.Element {
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <div class={`shell${railNarrow.value ? ' narrow-rail' : ''}`}>
        <Rail />
        <TopBar />
        <main class="content" id="content" tabIndex={-1}>
          <OldBanner />
          <PageHere key={placeOf(route.value)} />
        </main>
      </div>
      {overlay.value === 'search' && <SearchPalette />}
      {overlay.value === 'help' && <HelpPanel />}
      <Announcer />
    </>
  )
}

/** While the server is away: since when what is shown is old. */
function OldBanner(): JSX.Element | null {
  const state = feedState.value
  if (state.kind !== 'cut' || now.value - state.since < BANNER_AFTER_MS) return null
  const seconds = Math.max(0, Math.ceil((state.retryAt - now.value) / 1000))
  return (
    <div class="banner" role="status">
      <Icon name="unknown" />
      <span>{`Data is old since ${formatShortMoment(state.since, now.value)}: no connection to the server.`}</span>
      <span class="hide-small">{seconds === 0 ? 'Trying …' : `Next try in ${seconds} s.`}</span>
      <button type="button" class="button small" onClick={reconnectNow}>
        Try now
      </button>
    </div>
  )
}

/** Names the tab after the place, with the open alerts, and tells screen readers what changed. */
function Announcer(): JSX.Element {
  const firing = firingCount.value
  const title = placeName.value
  useEffect(() => {
    document.title = `${firing === undefined || firing === 0 ? '' : `(${firing}) `}${title} · EyeNet`
  }, [firing, title])
  useEffect(() => {
    announced.value = title
  }, [title])
  useEffect(() => {
    if (firing !== undefined) announced.value = firing === 0 ? 'No open alerts' : `${firing} open alerts`
  }, [firing])
  return (
    <div class="hidden-text" aria-live="polite">
      {announced.value}
    </div>
  )
}
