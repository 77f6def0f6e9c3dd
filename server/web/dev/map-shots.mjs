import { ALL, WIDE } from './agent-shots.mjs'
import { idOf } from './fake-site.mjs'

const settle = (page) => page.waitForTimeout(900)
async function openPlan(page) {
  await settle(page)
  await page.getByText('Credentials, speed and how it looks').first().click()
}

async function tryRules(page) {
  await settle(page)
  await page.getByRole('button', { name: 'See what they would do' }).click()
  await settle(page)
}

/** Traces the way that is shown, and waits until the hops are there. */
async function traceWay(page) {
  await settle(page)
  await page.getByRole('button', { name: /^Trace from/ }).click()
  await page.locator('.way-beside').waitFor()
  await page.locator('.way-trace').scrollIntoViewIfNeeded()
  await settle(page)
}

const failed = idOf('access-3')

/** Pictures of the map: name, scenario, path, what to do before the picture, which sizes. */
export const MAP_SHOTS = [
  ['map-12', 'map-12', '/map', settle, ALL],
  ['map-12-broken', 'map-12-broken', '/map', settle, ALL],
  ['map-200', 'map-200', '/map', settle, ALL],
  ['map-200-broken', 'map-200-broken', '/map', settle, ALL],
  ['map-1000', 'map-1000', '/map', settle, ALL],
  ['map-1000-broken', 'map-1000-broken', '/map', settle, ALL],
  ['map-node', 'map-12-broken', `/map?pick=${failed}`, settle, ALL],
  ['map-table', 'map-200-broken', '/map?view=table', settle, ALL],
  ['map-compare', 'map-12-broken', `/map?since=${Date.now() - 55 * 60_000}`, settle, WIDE],
  ['map-site', 'map-1000-broken', '/map?site=hamburg', settle, WIDE],
  [
    'map-focus',
    'map-1000-broken',
    `/map?focus=${idOf('ham-access-3')}&depth=2&pick=${idOf('ham-access-3')}`,
    settle,
    ALL,
  ],
  ['map-vlan', 'map-200', '/map?vlan=30', settle, [['light', 1280]]],
  ['map-l3', 'map-200', '/map?layer=l3', settle, [['light', 1280]]],
  [
    'map-empty',
    'map-empty',
    '/map',
    settle,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['map-unlinked', 'map-unlinked', '/map', settle, [['light', 1280]]],
  ['map-loading', 'map-loading', '/map', settle, [['light', 1280]]],
  [
    'map-error',
    'map-error',
    '/map',
    settle,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['inbox', 'normal', '/discovery', settle, ALL],
  ['inbox-empty', 'empty', '/discovery', settle, [['light', 1280]]],
  ['inbox-error', 'error', '/discovery', settle, [['dark', 390]]],
  ['networks', 'normal', '/discovery/networks', openPlan, ALL],
  ['credentials', 'normal', '/discovery/credentials', settle, ALL],
  ['rules', 'normal', '/discovery/rules', tryRules, ALL],
  ['vanished', 'normal', '/discovery/vanished', settle, [['light', 1280]]],
  ['endpoints', 'normal', '/endpoints', settle, ALL],
  ['endpoints-1000', 'endpoints-1000', '/endpoints', settle, ALL],
  ['endpoints-5000', 'endpoints-5000', '/endpoints?sort=name', settle, ALL],
  ['endpoints-empty', 'empty', '/endpoints', settle, ALL],
  ['endpoints-error', 'error', '/endpoints', settle, ALL],
  ['endpoints-loading', 'loading', '/endpoints', settle, ALL],
  ['inbox-1000', 'large', '/discovery', settle, ALL],
  ['endpoints-none', 'normal', '/endpoints?q=zzz', settle, [['light', 1280]]],
  [
    'neighbors',
    'normal',
    `/devices/${idOf('core-1')}/neighbors`,
    settle,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['map-way', 'map-12-broken', `/map?way=${idOf('access-1')}&pick=${idOf('fw-1')}`, settle, [['light', 1280]]],
  ['map-trace', 'map-12', `/map?way=${idOf('access-1')}&pick=${idOf('fw-1')}`, traceWay, ALL],
  [
    'map-trace-200',
    'map-200',
    `/map?way=${idOf('ber-access-1')}&pick=${idOf('ham-access-2')}`,
    traceWay,
    [['light', 1280]],
  ],
]
