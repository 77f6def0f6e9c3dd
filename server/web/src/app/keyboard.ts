import { hrefOf, navigate, type Route } from '../router/router.ts'
import { user } from '../session/session.ts'
import { overlay } from './overlay-state.ts'

const PLACES: Readonly<Record<string, Route>> = {
  o: { kind: 'overview' },
  m: { kind: 'map' },
  d: { kind: 'devices' },
  i: { kind: 'discovery', section: 'inbox' },
  e: { kind: 'endpoints' },
  a: { kind: 'alerts' },
  u: { kind: 'anomalies' },
  n: { kind: 'agents' },
  q: { kind: 'query' },
}

/** After `g`, the place's letter must come within this time. */
const SEQUENCE_MS = 1_500

/** Keys that work everywhere but in a field that is written into. */
export function startKeyboard(root: Document): void {
  let wentAt = Number.NEGATIVE_INFINITY
  root.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
    if (user.peek() === undefined || overlay.peek() !== 'none') return
    const place = event.timeStamp - wentAt < SEQUENCE_MS ? PLACES[event.key] : undefined
    wentAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
    if (place !== undefined) navigate(hrefOf(place))
    else if (event.key === '/') overlay.value = 'search'
    else if (event.key === '?') overlay.value = 'help'
    else return
    event.preventDefault()
  })
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
