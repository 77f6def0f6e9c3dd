import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Segments } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import type { KnownMap } from './data/use-map.ts'
import { type FoundNode, findNodes } from './find-nodes.ts'
import type { MapAddress } from './map-address.ts'
import { MapExport } from './map-export.tsx'

type Props = {
  readonly map: KnownMap
  readonly sites: readonly string[]
  readonly vlans: readonly { readonly id: number; readonly name: string }[]
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
  readonly onFound: (id: string) => void
  readonly png: () => Promise<Blob | undefined>
  readonly edit: JSX.Element
}

/** Search, layer, VLAN, site, and the same as a table. */
export function MapToolbar({ map, sites, vlans, address, change, onFound, png, edit }: Props): JSX.Element {
  return (
    <div class="map-tools">
      <MapSearch map={map} onFound={onFound} />
      <Segments
        label="Layer"
        value={address.layer}
        onValue={(layer) => change({ layer: layer === 'l3' ? 'l3' : 'l2', pick: '' })}
        options={[
          ['l2', 'Cables'],
          ['l3', 'Routes'],
        ]}
      />
      {vlans.length > 0 && address.layer === 'l2' && (
        <select
          class="input map-choice"
          aria-label="VLAN"
          value={address.vlan ?? ''}
          onChange={(event) => {
            const chosen = Number(event.currentTarget.value)
            change({ vlan: chosen > 0 ? chosen : undefined })
          }}
        >
          <option value="">All VLANs</option>
          {vlans.map((vlan) => (
            <option key={vlan.id} value={vlan.id}>{`VLAN ${vlan.id} ${vlan.name}`}</option>
          ))}
        </select>
      )}
      {sites.length > 1 && (
        <select
          class="input map-choice"
          aria-label="Site"
          value={address.site}
          onChange={(event) => change({ site: event.currentTarget.value, focus: '', opened: [], shut: [] })}
        >
          <option value="">All sites</option>
          {sites.map((site) => (
            <option key={site} value={site}>
              {site}
            </option>
          ))}
        </select>
      )}
      <div class="end tools">
        <Segments
          label="View"
          value={address.view}
          onValue={(view) => change({ view: view === 'table' ? 'table' : 'map' })}
          options={[
            ['map', 'Map'],
            ['table', 'Table'],
          ]}
        />
        {address.view === 'map' && edit}
        <MapExport map={map} address={address} png={png} />
      </div>
    </div>
  )
}

/** Finds a device by name, address or port and brings it into sight. `/` goes here. */
function MapSearch({ map, onFound }: Pick<Props, 'map' | 'onFound'>): JSX.Element {
  const typed = useSignal('')
  const at = useSignal(0)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const writing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
      if (event.key !== '/' || writing || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      field.current?.focus()
    }
    // Before the page's own `/`, which searches everywhere.
    document.addEventListener('keydown', onKey, { capture: true })
    return () => document.removeEventListener('keydown', onKey, { capture: true })
  }, [])
  const found = findNodes(map.tree, typed.value)
  const choose = (one: FoundNode | undefined): void => {
    if (one === undefined) return
    typed.value = ''
    onFound(one.id)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') at.value = Math.min(found.length - 1, at.value + 1)
    else if (event.key === 'ArrowUp') at.value = Math.max(0, at.value - 1)
    else if (event.key === 'Enter') choose(found[at.value])
    else if (event.key === 'Escape') typed.value = ''
    else return
    event.preventDefault()
  }
  return (
    <div class="map-search">
      <Icon name="search" />
      <input
        ref={field}
        class="input"
        type="text"
        autocomplete="off"
        role="combobox"
        aria-expanded={typed.value.trim() !== ''}
        aria-autocomplete="list"
        aria-controls="map-found"
        {...(found[at.value] !== undefined && { 'aria-activedescendant': `map-found-${at.value}` })}
        aria-label="Find on the map"
        placeholder="Find on the map"
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value
          at.value = 0
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          typed.value = ''
        }}
      />
      {typed.value.trim() !== '' && (
        <div class="map-found" id="map-found" role="listbox" aria-label="Found">
          {found.length === 0 && <p class="faint">Nothing on this map fits.</p>}
          {found.map((one, index) => (
            <button
              type="button"
              key={one.id}
              id={`map-found-${index}`}
              tabIndex={-1}
              role="option"
              aria-selected={index === at.value}
              // The field must not lose the focus before the click.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(one)}
            >
              {one.state !== 'plain' && <StateMark kind={one.state} bare />}
              <span class="cut">{one.name}</span>
              <span class="faint cut">{one.where}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
