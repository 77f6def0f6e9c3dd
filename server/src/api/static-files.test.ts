import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiWorld, temporaryFolder } from './api.testkit.ts'

let place = temporaryFolder()
beforeEach(() => {
  place = temporaryFolder()
  const web = join(place.folder, 'web')
  mkdirSync(join(web, 'assets'), { recursive: true })
  mkdirSync(join(place.folder, 'web-other'))
  writeFileSync(join(web, 'index.html'), '<!doctype html>the page')
  writeFileSync(join(web, 'assets', 'app-1a2b3c.js'), 'let app')
  writeFileSync(join(web, '.env'), 'secret')
  writeFileSync(join(web, 'program.sh'), 'secret')
  writeFileSync(join(place.folder, 'control.txt'), 'secret')
  writeFileSync(join(place.folder, 'web-other', 'x.txt'), 'secret')
  symlinkSync(join(place.folder, 'control.txt'), join(web, 'link.txt'))
})
afterEach(() => place.remove())
const world = () => apiWorld({ webFolder: join(place.folder, 'web') })

test('the page is asked for again each time, its hashed files are kept for ever', async () => {
  const { ask } = await world()
  const page = await ask('/')
  expect([page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
    'text/html; charset=utf-8',
    'no-cache',
  ])
  expect(await page.text()).toContain('the page')
  const script = await ask('/assets/app-1a2b3c.js')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  const again = await ask('/', { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const head = await ask('/', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('a place in the page gets the page, a missing file does not', async () => {
  const { ask } = await world()
  expect(await (await ask('/devices/0190bbbb')).text()).toContain('the page')
  expect((await ask('/assets/gone.js')).status).toBe(404)
  expect((await ask('/program.sh')).status).toBe(404)
})

test('nothing outside the folder is ever read', async () => {
  const { ask } = await world()
  for (const path of [
    '/../control.txt',
    '/..%2fcontrol.txt',
    '/%2e%2e/control.txt',
    '/%2e%2e%2fcontrol.txt',
    '/assets/..%2f..%2fcontrol.txt',
    '/assets/%2e%2e%2f%2e%2e%2fweb-other%2fx.txt',
    '/..%5ccontrol.txt',
    '/....//control.txt',
    '//control.txt',
    `/%2fetc%2fhostname.txt`,
    '/.env',
    '/control.txt%00.js',
    '/%',
    '/%ff.txt',
    '/link.txt',
    `/${'a'.repeat(5000)}.txt`,
  ]) {
    const response = await ask(path)
    expect([path, response.status, (await response.text()).includes('secret')]).toEqual([path, 404, false])
  }
})

test('without a build the server says what to do', async () => {
  const { ask } = await apiWorld()
  const response = await ask('/')
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('npm run build')
})
