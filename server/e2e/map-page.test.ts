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
  'a tap on a telephone hits the mark under it, also after what stands before the map has grown',
  { timeout: 180_000 },
  async () => {
    const [browser, server] = await Promise.all([startBrowser(stage), startServer(stage)])
    const page = await setUpInPage(browser, server)
    await startAgent(stage, server, { name: 'eye', settings: { host: { enabled: true } } })
    const device = await until('the machine of the agent is a device', async () => (await server.api.devices())[0])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${server.url}map`)
    const map = page.locator('.map-canvas')
    await map.locator('canvas').first().waitFor()
    await page.getByText('Drawing the map…').waitFor({ state: 'detached' })
    const tap = async (): Promise<void> => {
      const { width = 0 } = (await map.boundingBox()) ?? {}
      await map.click({ position: { x: width / 2, y: BELOW_TOP_PX } })
    }
    const picked = () => new URL(page.url()).searchParams.get('pick')
    await until('it is hit', async () => {
      await tap()
      return picked() === device.id
    })
    await page.goto(`${server.url}map`)
    await page.getByText('Drawing the map…').waitFor({ state: 'detached' })
    await page.locator('.map-head').evaluate((head) => {
      head.style.paddingTop = '120px'
    })
    await tap()
    await expect.poll(picked).toBe(device.id)
  },
)
