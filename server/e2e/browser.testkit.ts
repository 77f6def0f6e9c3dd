import { type Browser, chromium, type Page } from 'playwright-core'
import { parts } from '../../install/parts.mjs'
import type { ServerProcess } from './server-process.testkit.ts'
import type { Stage } from './stage.testkit.ts'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Far more than the page takes on a busy machine. */
const PATIENCE_MS = 90_000
export const PERSON = { username: 'ada', password: 'correct horse battery' }

export async function startBrowser(stage: Stage): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: parts.chromium ?? 'chromium', args: ARGUMENTS })
  stage.onClose(() => browser.close())
  return browser
}

/** Makes the first administrator in the page, as a newcomer does; answers the page, logged in. */
export async function setUpInPage(browser: Browser, server: ServerProcess): Promise<Page> {
  const page = await browser.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(server.url)
  await page.getByLabel('Setup code').fill(server.setupCode)
  await page.getByLabel('Your user name').fill(PERSON.username)
  await page.getByLabel('Password').fill(PERSON.password)
  await page.getByRole('button', { name: 'Make the first administrator' }).click()
  await page.getByRole('link', { name: 'Devices' }).first().waitFor()
  return page
}
