import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEVICE_TABS, pathOf, placeOf, type Route, routeOf } from './route.ts'

const name = fc.string({ minLength: 1 }).filter((text) => text !== 'add')
const anyRoute: fc.Arbitrary<Route> = fc.oneof(
  fc.constantFrom<Route>(
    { kind: 'overview' },
    { kind: 'map' },
    { kind: 'devices' },
    { kind: 'add-device' },
    { kind: 'endpoints' },
    { kind: 'discovery', section: 'inbox' },
    { kind: 'discovery', section: 'networks' },
    { kind: 'alerts' },
    { kind: 'agents' },
    { kind: 'enrol' },
    { kind: 'configuration' },
    { kind: 'tools' },
    { kind: 'query' },
    { kind: 'settings', section: 'account' },
    { kind: 'settings', section: 'tokens' },
  ),
  name.map((id): Route => ({ kind: 'device', id })),
  fc.tuple(name, fc.constantFrom(...DEVICE_TABS)).map(([id, tab]): Route => ({ kind: 'device', id, tab })),
  name.map((id): Route => ({ kind: 'alert', id })),
  fc.tuple(name, name).map(([id, port]): Route => ({ kind: 'interface', id, name: port })),
)

test('every place has an address that leads back to it', () => {
  fc.assert(
    fc.property(anyRoute, (route) => {
      expect(routeOf(pathOf(route))).toEqual(route)
    }),
  )
})

test('an interface with slashes in its name has an address', () => {
  const route: Route = { kind: 'interface', id: 'd1', name: 'GigabitEthernet1/0/24' }
  expect(pathOf(route)).toBe('/devices/d1/interfaces/GigabitEthernet1%2F0%2F24')
})

test('the parts of a device are one place, its interfaces are not', () => {
  expect(placeOf(routeOf('/devices/d1/sensors'))).toBe(placeOf(routeOf('/devices/d1')))
  expect(placeOf(routeOf('/devices/d1/interfaces/eth0'))).not.toBe(placeOf(routeOf('/devices/d1')))
})

test('what leads nowhere says so', () => {
  expect(routeOf('/devices/a/b/c/d')).toEqual({ kind: 'nowhere', path: '/devices/a/b/c/d' })
  expect(routeOf('/devices/a/weather')).toEqual({ kind: 'nowhere', path: '/devices/a/weather' })
  expect(routeOf('/settings/unknown')).toEqual({ kind: 'nowhere', path: '/settings/unknown' })
  expect(routeOf('/devices/%E0%A4%A')).toEqual({ kind: 'device', id: '%E0%A4%A' })
})
