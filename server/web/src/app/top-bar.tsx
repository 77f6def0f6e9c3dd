import type { JSX } from 'preact'
import { reading } from '../chart/chart-state.ts'
import { feedState, reconnectNow } from '../live/site.ts'
import { Icon } from '../parts/icon.tsx'
import { range, route } from '../router/router.ts'
import { overlay } from './overlay-state.ts'
import { PersonMenu } from './person-menu.tsx'
import { RangePicker } from './range-picker.tsx'

export function TopBar(): JSX.Element {
  return (
    <header class="bar">
      <button
        type="button"
        class="search-button"
        aria-keyshortcuts="/"
        onClick={() => {
          overlay.value = 'search'
        }}
      >
        <Icon name="search" />
        <span class="cut">Search devices, interfaces, alerts</span>
        <kbd class="hide-small">/</kbd>
      </button>
      <div class="bar-space hide-small" />
      {usesRange() && <RangePicker />}
      <LivePill />
      <PersonMenu />
    </header>
  )
}

const RANGED: ReadonlySet<string> = new Set([
  'overview',
  'map',
  'devices',
  'device',
  'interface',
  'alert',
  'anomalies',
  'anomaly',
  'query',
  'agents',
])

/** Places where a range of time says something. */
function usesRange(): boolean {
  return RANGED.has(route.value.kind)
}

type Pill = { readonly kind: string; readonly word: string; readonly title: string }

/** Whether what is seen is the present. */
function LivePill(): JSX.Element {
  const { kind, word, title } = pill()
  return (
    <button type="button" class={`live ${kind}`} title={title} onClick={reconnectNow} aria-label={`${word}. ${title}`}>
      <span class="live-dot" />
      <span class="hide-small">{word}</span>
    </button>
  )
}

function pill(): Pill {
  const state = feedState.value
  if (state.kind === 'cut')
    return { kind: 'cut', word: 'Offline', title: 'No connection to the server; a click tries at once' }
  if (state.kind === 'connecting')
    return { kind: 'connecting', word: 'Connecting', title: 'The live feed is being opened' }
  if (range.value.kind === 'between')
    return { kind: 'paused', word: 'Past', title: 'Charts show a fixed stretch of time; lists are live' }
  if (reading.value) return { kind: 'paused', word: 'Paused', title: 'Charts stand still while the pointer reads them' }
  return { kind: 'on', word: 'Live', title: 'Changes are shown as they happen' }
}
