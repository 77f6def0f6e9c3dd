import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { parts } from '../../install/parts.mjs'
import { startAgent } from './agent-process.testkit.ts'
import { setUpInPage, startBrowser } from './browser.testkit.ts'
import { startServer } from './server-process.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

/** A single mark begins at the upper end of a narrow map, in its middle. */
const BELOW_TOP_PX = 30

test.skipIf(parts.chromium === undefined)(
  'a tap on a telephone hits the mark under it, also after the map became narrow and what stands before it has grown',
  { timeout: 300_000 },
  async () => {
    const [browser, server] = await Promise.all([startBrowser(stage), startServer(stage)])
    const page = await setUpInPage(browser, server)
    await startAgent(stage, server, { name: 'eye', settings: { host: { enabled: true } } })
    const device = await until('the machine of the agent is a device', async () => (await server.api.devices())[0])
    const isHit = async (): Promise<boolean> => {
      await tap(page)
      return new URL(page.url()).searchParams.get('pick') === device.id
    }
    await page.setViewportSize({ width: 1400, height: 844 })
    await page.goto(`${server.url}map`)
    await page.locator('.map-canvas canvas').first().waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await until('it is hit where it was brought into sight again', isHit)
    await page.goto(`${server.url}map`)
    await page.locator('.map-canvas canvas').first().waitFor()
    await page.locator('.map-head').evaluate((head) => {
      head.style.paddingTop = '120px'
    })
    // Once is not enough where the map is not drawn yet; a tap that goes beside it goes there each time.
    await until('it is hit further down', isHit)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  },
)

async function tap(page: Page): Promise<void> {
  const map = page.locator('.map-canvas')
  const { width = 0 } = (await map.boundingBox()) ?? {}
  await map.click({ position: { x: width / 2, y: BELOW_TOP_PX } })
}
