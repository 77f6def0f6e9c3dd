// Pictures of every page, to be looked at: `node server/web/dev/shots.mjs [NAME ...]` after a build, into /tmp/shots.
import { mkdir } from 'node:fs/promises'
import { chromium } from 'playwright-core'
import { AGENT_SHOTS, ALL, WIDE } from './agent-shots.mjs'
import { ANOMALY_SHOTS } from './anomaly-shots.mjs'
import { startFake } from './fake-api.mjs'
import { idOf } from './fake-site.mjs'
import { MAP_SHOTS } from './map-shots.mjs'
import { acceptFirst, fill, openOffers, testDevice, uploadMibs } from './shot-acts.mjs'

const OUT = process.env.SHOTS ?? '/tmp/shots'
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const [core, dist, down] = ['core-1', 'dist-1', 'access-3'].map(idOf)
const [ups, odd, dense, fresh, broken, printer, server] = [
  'ups-1',
  'odd-1',
  'dense-1',
  'fresh-1',
  'broken-1',
  'prn-2',
  'srv-db-1',
].map(idOf)
const alert = idOf('TemperatureHigh ups-1 52')

/** name, scenario, path, what to do before the picture, which sizes */
const SHOTS = [
  [
    'device-history',
    'normal',
    `/devices/${core}`,
    (page) => page.locator('#device-events').scrollIntoViewIfNeeded(),
    ALL,
  ],
  ...AGENT_SHOTS,
  ...ANOMALY_SHOTS,
  ...MAP_SHOTS,
  ['overview', 'normal', '/', undefined, ALL],
  [
    'overview-well',
    'well',
    '/',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  [
    'overview-empty',
    'empty',
    '/',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['overview-loading', 'loading', '/', undefined, [['light', 1280]]],
  [
    'overview-error',
    'error',
    '/',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['devices', 'normal', '/devices', undefined, ALL],
  [
    'devices-large',
    'large',
    '/devices?sort=-traffic',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['devices-empty', 'empty', '/devices', undefined, [['light', 1280]]],
  ['devices-loading', 'loading', '/devices', undefined, [['dark', 1280]]],
  ['device', 'normal', `/devices/${core}`, undefined, ALL],
  ['device-dist', 'normal', `/devices/${dist}?range=6h`, undefined, WIDE],
  [
    'device-down',
    'normal',
    `/devices/${down}`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['sensors', 'normal', `/devices/${core}/sensors`, undefined, ALL],
  [
    'sensors-hint',
    'normal',
    `/devices/${core}/sensors`,
    (page) => page.locator('.grid .link').nth(2).hover(),
    [['light', 1280]],
  ],
  ['sensors-kind', 'normal', `/devices/${core}/sensors?kind=dbm&q=receive`, undefined, [['dark', 1280]]],
  ['sensors-none', 'normal', `/devices/${core}/sensors?q=zzz`, undefined, [['light', 390]]],
  [
    'sensor',
    'normal',
    `/devices/${core}/sensors?sensor=${encodeURIComponent('sensor_power_dbm/Te1/1/6 Receive Power')}`,
    undefined,
    ALL,
  ],
  [
    'sensor-state',
    'normal',
    `/devices/${core}/sensors?sensor=${encodeURIComponent('sensor_state/Fan Tray 3')}&range=6h`,
    undefined,
    [['light', 1280]],
  ],
  ['sensors-offers', 'normal', `/devices/${core}/sensors`, openOffers, ALL],
  [
    'sensors-accepted',
    'normal',
    `/devices/${odd}/sensors`,
    acceptFirst,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  [
    'sensors-viewer',
    'viewer',
    `/devices/${odd}/sensors`,
    undefined,
    [
      ['light', 1280],
      ['light', 390],
    ],
  ],
  [
    'sensors-ups',
    'normal',
    `/devices/${ups}/sensors`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['sensors-dense', 'normal', `/devices/${dense}/sensors`, undefined, [['dark', 1280]]],
  ['sensors-loading', 'loading-parts', `/devices/${core}/sensors`, undefined, [['light', 1280]]],
  [
    'sensors-error',
    'normal',
    `/devices/${broken}/sensors`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  [
    'sensors-absent',
    'normal',
    `/devices/${fresh}/sensors`,
    undefined,
    [
      ['light', 1280],
      ['light', 390],
    ],
  ],
  ['hardware', 'normal', `/devices/${core}/hardware`, undefined, ALL],
  [
    'hardware-search',
    'normal',
    `/devices/${core}/hardware`,
    (page) => page.getByLabel('Search parts').fill('SFP'),
    [['light', 1280]],
  ],
  ['hardware-server', 'normal', `/devices/${server}/hardware`, undefined, [['light', 1280]]],
  [
    'hardware-printer',
    'normal',
    `/devices/${printer}/hardware`,
    undefined,
    [
      ['dark', 1280],
      ['light', 390],
    ],
  ],
  [
    'meter',
    'normal',
    `/devices/${core}?show=${encodeURIComponent('storage/usb0:')}`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['network', 'normal', `/devices/${core}/network`, undefined, ALL],
  [
    'interfaces',
    'normal',
    `/devices/${core}/interfaces`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['readings', 'normal', `/devices/${core}/readings`, undefined, [['light', 1280]]],
  [
    'device-ups',
    'normal',
    `/devices/${ups}`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['device-odd', 'normal', `/devices/${odd}`, undefined, [['light', 1280]]],
  [
    'device-fresh',
    'normal',
    `/devices/${fresh}`,
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['device-well', 'well', `/devices/${server}`, undefined, [['light', 1280]]],
  [
    'choices',
    'normal',
    '/settings/sensors',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['mibs', 'normal', '/settings/mibs', undefined, ALL],
  ['mibs-upload', 'normal', '/settings/mibs', uploadMibs, [['light', 1280]]],
  ['mibs-empty', 'empty', '/settings/mibs', undefined, [['light', 390]]],
  ['device-error', 'error', `/devices/${core}`, undefined, [['light', 1280]]],
  ['device-loading', 'loading', `/devices/${core}`, undefined, [['light', 1280]]],
  ['interface', 'normal', `/devices/${dist}/interfaces/Ethernet3?range=24h`, undefined, ALL],
  ['alerts', 'normal', '/alerts', undefined, ALL],
  ['alerts-history', 'normal', '/alerts?state=history', undefined, [['light', 1280]]],
  ['alert', 'normal', `/alerts/${alert}`, undefined, ALL],
  ['alert-ended', 'normal', `/alerts/${idOf('DeviceDown access-1 1500')}`, undefined, ALL],
  ['agents', 'normal', '/agents', undefined, ALL],
  ['enrol', 'normal', '/agents/enrol', (page) => fill(page, ['Site', 'berlin-2', 'Make the line']), [['light', 1280]]],
  [
    'add-device',
    'normal',
    '/devices/add',
    undefined,
    [
      ['dark', 1280],
      ['light', 390],
    ],
  ],
  [
    'add-device-tested',
    'normal',
    '/devices/add',
    testDevice,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  [
    'add-device-v3',
    'normal',
    '/devices/add',
    (page) => page.getByRole('button', { name: 'v3' }).click(),
    [['light', 1280]],
  ],
  ['query', 'normal', '/query?expr=topk(5, 8 * rate(ifHCInOctets[5m]))', undefined, [['light', 1280]]],
  [
    'settings',
    'normal',
    '/settings',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  [
    'users',
    'normal',
    '/settings/users',
    undefined,
    [
      ['light', 1280],
      ['light', 390],
    ],
  ],
  ['tokens', 'normal', '/settings/tokens', undefined, [['dark', 1280]]],
  [
    'search',
    'normal',
    '/',
    (page) => page.keyboard.type('/core', { delay: 120 }),
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['help', 'normal', '/', (page) => page.keyboard.press('?'), [['dark', 1280]]],
  [
    'setup',
    'setup',
    '/',
    undefined,
    [
      ['light', 1280],
      ['dark', 390],
    ],
  ],
  ['login', 'login', '/', undefined, [['dark', 1280]]],
  ['crosshair', 'normal', `/devices/${core}`, (page) => page.locator('.u-over').first().hover(), [['light', 1280]]],
]

const wanted = process.argv.slice(2)
const fakes = new Map()
const complaints = []

async function shoot(browser, [name, scenario, path, act, sizes]) {
  if (!fakes.has(scenario)) fakes.set(scenario, await startFake(scenario))
  for (const [colorScheme, width] of sizes) {
    const context = await browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 860 },
      colorScheme,
      deviceScaleFactor: width === 390 ? 2 : 1,
      hasTouch: width === 390,
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(`${name}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of (401|404|409|503|400|422)/.test(message.text()))
        complaints.push(`${name}: ${message.text()}`)
    })
    await page.goto(fakes.get(scenario).url + path)
    await page.waitForTimeout(700)
    await act?.(page)
    await page.waitForTimeout(500)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    if (overflow) complaints.push(`${name} ${width}: the page is wider than the screen`)
    const scroll = process.env.SCROLL
    if (scroll)
      await page.evaluate(
        (top) => document.getElementById('content')?.scrollTo({ top, behavior: 'instant' }),
        Number(scroll),
      )
    if (scroll) await page.waitForTimeout(300)
    await page.screenshot({ path: `${OUT}/${name}-${colorScheme}-${width}${scroll ? `-${scroll}` : ''}.png` })
    await context.close()
  }
}

await mkdir(OUT, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS })
for (const shot of SHOTS) {
  if (wanted.length > 0 && !wanted.includes(shot[0])) continue
  await shoot(browser, shot).catch((error) => complaints.push(`${shot[0]}: ${error.message.split('\n')[0]}`))
}
await browser.close()
for (const fake of fakes.values()) fake.close()
process.stdout.write(complaints.length === 0 ? 'no complaints\n' : `${[...new Set(complaints)].join('\n')}\n`)
process.exit(0)
