// What happened to a device, for the fake API.
const HOUR = 3_600_000

export function deviceEvents({ now }, { name }) {
  if (name === 'fresh-1') return [{ at: now - HOUR, kind: 'found', text: 'watched from then on' }]
  return [
    { at: now - 2 * HOUR, kind: 'reach', text: 'answers ping and SNMP' },
    { at: now - 2.2 * HOUR, kind: 'reach', text: `answers ping, but no SNMP: no answer <b>from</b> ${name} in 2 s` },
    { at: now - 30 * HOUR, kind: 'restart', text: 'started anew' },
    { at: now - 90 * HOUR, kind: 'lifecycle', text: 'restored', by: 'mira', lifecycle: 'active' },
    { at: now - 200 * HOUR, kind: 'lifecycle', text: 'stale: it has not answered for days', lifecycle: 'stale' },
    { at: now - 900 * HOUR, kind: 'merged', text: 'old-name (192.0.2.99) is the same device: merged into it' },
    { at: now - 1_000 * HOUR, kind: 'found', text: 'accepted from the inbox', by: 'rule our switches' },
    { at: now - 1_001 * HOUR, kind: 'found', text: 'found by a search' },
  ]
}
