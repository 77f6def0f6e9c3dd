/** Where the page is: the address as signals, links and changes of it. Knows the History API, nothing of pages. */
import { computed, signal } from '@preact/signals'
import { pathOf, type Route, routeOf } from './route.ts'
import { rangeOf, type TimeRange, withRange } from './time-range.ts'

export {
  DEVICE_TABS,
  type DeviceTab,
  DISCOVERY_SECTIONS,
  type DiscoverySection,
  pathOf,
  placeOf,
  type Route,
  SETTINGS_SECTIONS,
  type SettingsSection,
} from './route.ts'
export * from './time-range.ts'

type Address = { readonly path: string; readonly search: string }

const here = (): Address => ({ path: window.location.pathname, search: window.location.search })
const address = signal<Address>(here())
window.addEventListener('popstate', () => {
  address.value = here()
})

export const path = computed(() => address.value.path)
export const route = computed<Route>(() => routeOf(path.value))
export const query = computed(() => new URLSearchParams(address.value.search))
const rangeKey = computed(() => withRange(new URLSearchParams(), rangeOf(query.value)).toString())
/** Changes only when the range itself does. */
export const range = computed<TimeRange>(() => rangeOf(new URLSearchParams(rangeKey.value)))

/** Whether the address says a range at all. */
export const rangeNamed = computed(() => query.value.has('range') || query.value.has('from'))

/** The address of a place; the time range goes along, the rest of the query is the place's own. */
export function hrefOf(to: Route, own: Readonly<Record<string, string>> = {}): string {
  const search = withRange(new URLSearchParams(own), range.value).toString()
  return pathOf(to) + (search === '' ? '' : `?${search}`)
}

export function navigate(href: string, { replace = false } = {}): void {
  if (href === address.value.path + address.value.search) return
  const moved = new URL(href, window.location.origin).pathname !== address.value.path
  window.history[replace ? 'replaceState' : 'pushState'](null, '', href)
  address.value = here()
  if (moved) document.getElementById('content')?.scrollTo(0, 0)
}

export function setRange(next: TimeRange): void {
  const search = withRange(query.value, next).toString()
  navigate(path.value + (search === '' ? '' : `?${search}`))
}

/** Writes one value of the place's own query; typing replaces, a choice is a step for the back button. */
export function setQuery(values: Readonly<Record<string, string | undefined>>, { replace = true } = {}): void {
  const next = new URLSearchParams(query.value)
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '') next.delete(name)
    else next.set(name, value)
  }
  const search = next.toString()
  navigate(path.value + (search === '' ? '' : `?${search}`), { replace })
}

/** Writes the whole of the place's own query at once. */
export function setWholeQuery(next: URLSearchParams, { replace = false } = {}): void {
  const search = next.toString()
  navigate(path.value + (search === '' ? '' : `?${search}`), { replace })
}

/** Makes plain links move within the page; called once. */
export function followLinks(root: Document): void {
  root.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== window.location.origin || link.pathname.startsWith('/api/')) return
    if (link.hash !== '' && link.pathname === window.location.pathname) return
    event.preventDefault()
    navigate(link.pathname + link.search)
  })
}
