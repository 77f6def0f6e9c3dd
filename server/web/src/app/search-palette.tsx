import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { devices, openAlerts } from '../live/site.ts'
import { queryInstant } from '../net/prometheus.ts'
import { Icon } from '../parts/icon.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { navigate } from '../router/router.ts'
import { request } from '../session/session.ts'
import { Overlay } from './overlay.tsx'
import { closeOverlay } from './overlay-state.ts'
import { type Hit, interfaceHits, interfaceQuery, searchHits } from './search-hits.ts'

/** Interfaces are asked of the server: only once the typing rests, and not for a single letter. */
const REST_MS = 200
const MIN_LETTERS = 2

/** Search over everything: arrows choose, Enter opens. */
export function SearchPalette(): JSX.Element {
  const typed = useSignal('')
  const at = useSignal(0)
  const hits = useHits(typed.value)
  const list = useRef<HTMLDivElement>(null)
  const open = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    closeOverlay()
    navigate(hit.href)
  }
  const move = (by: number): void => {
    at.value = (at.value + by + hits.length) % Math.max(1, hits.length)
    list.current?.querySelector(`[data-at="${at.value}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter') open(hits[at.value])
    else return
    event.preventDefault()
  }
  return (
    <Overlay label="Search">
      <input
        class="palette-input"
        role="combobox"
        aria-label="Search"
        aria-expanded="true"
        aria-controls="search-hits"
        aria-activedescendant={hits.length === 0 ? undefined : `hit-${at.value}`}
        placeholder="Name, address, interface, alert or page"
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={typed.value}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          typed.value = event.currentTarget.value
          at.value = 0
        }}
      />
      <div class="palette-list" id="search-hits" role="listbox" aria-label="Found" tabIndex={-1} ref={list}>
        {hits.length === 0 && <div class="empty">{`Nothing is called “${typed.value}”.`}</div>}
        {hits.map((hit, index) => (
          <HitRow
            key={`${hit.group} ${hit.key}`}
            hit={hit}
            index={index}
            selected={index === at.value}
            first={hits[index - 1]?.group !== hit.group}
            open={open}
          />
        ))}
      </div>
    </Overlay>
  )
}

type RowProps = {
  readonly hit: Hit
  readonly index: number
  readonly selected: boolean
  readonly first: boolean
  readonly open: (hit: Hit) => void
}

function HitRow({ hit, index, selected, first, open }: RowProps): JSX.Element {
  return (
    <>
      {first && (
        <div class="palette-group" role="presentation">
          {hit.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox */}
      <div
        class="palette-item"
        role="option"
        id={`hit-${index}`}
        data-at={index}
        aria-selected={selected}
        tabIndex={-1}
        onClick={() => open(hit)}
      >
        {hit.mark === undefined ? <Icon name="right" /> : <StateMark kind={hit.mark} bare />}
        <span class="cut">{hit.name}</span>
        <span class="faint cut">{hit.detail}</span>
      </div>
    </>
  )
}

function useHits(typed: string): readonly Hit[] {
  const found = useSignal<readonly Hit[]>([])
  const known = devices.value
  const alerts = openAlerts.value
  const byId = known.kind === 'ready' ? known.value : new Map()
  useEffect(() => {
    found.value = []
    if (typed.trim().length < MIN_LETTERS) return
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      const answer = await queryInstant(request, interfaceQuery(typed), stop.signal)
      if (answer.kind === 'ok')
        found.value = interfaceHits(
          answer.value.map((one) => one.labels),
          byId,
        )
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [typed, found])
  return [
    ...searchHits(typed, { devices: byId.values(), alerts: alerts.kind === 'ready' ? alerts.value.values() : [] }),
    ...found.value,
  ]
}
