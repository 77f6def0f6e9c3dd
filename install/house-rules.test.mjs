import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileProblems, importProblems, roomProblems } from './house-rules.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OWN = ['.dependency-cruiser.cjs', 'shared/package.json']

let root

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eyenet-house-'))
  for (const file of OWN) cpSync(join(ROOT, file), join(root, file))
  mkdirSync(join(root, 'node_modules/@eyenet'), { recursive: true })
  symlinkSync('../../shared', join(root, 'node_modules/@eyenet/shared'))
  house({
    'shared/src/wire/wire.ts': 'export const topic = 1\n',
    'agent/src/buffer/buffer.ts': "export { outbox } from './outbox.ts'\n",
    'agent/src/buffer/outbox.ts': 'export const outbox = 1\n',
    'server/src/db/db.ts': 'export const db = 1\n',
    'server/src/store/store.ts': "export { db } from '../db/db.ts'\nexport { topic } from '@eyenet/shared/wire'\n",
    'server/src/store/chunk.ts': 'export const chunk = 1\n',
    'server/src/api/api.ts': "export { db } from '../store/store.ts'\n",
    'server/src/server.ts': "export { db } from './api/api.ts'\n",
    'server/web/src/main.ts': "export { topic } from '@eyenet/shared/wire'\n",
  })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function house(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

test('a house in order has no problems', async () => {
  expect(await importProblems(root)).toEqual([])
  expect(roomProblems(root)).toEqual([])
  expect(fileProblems(root)).toEqual([])
})

test.each([
  {
    way: 'past a front door',
    from: 'agent/src/uplink/uplink.ts',
    to: '../buffer/outbox.ts',
    sentence: 'only through its front door',
  },
  {
    way: 'past a front door, from the composition root',
    from: 'agent/src/agent.ts',
    to: './buffer/outbox.ts',
    sentence: 'only through its front door',
  },
  {
    way: 'from agent to server',
    from: 'agent/src/agent.ts',
    to: '../../server/src/db/db.ts',
    sentence: 'never import each other',
  },
  {
    way: 'from server to agent',
    from: 'server/src/server.ts',
    to: '../../agent/src/buffer/buffer.ts',
    sentence: 'never import each other',
  },
  {
    way: 'from shared to server',
    from: 'shared/src/rules/rules.ts',
    to: '../../../server/src/db/db.ts',
    sentence: 'Shared imports neither',
  },
  {
    way: 'of shared by a path',
    from: 'agent/src/agent.ts',
    to: '../../shared/src/wire/wire.ts',
    sentence: 'imported by its name',
  },
  { way: 'of Node in shared', from: 'shared/src/rules/rules.ts', to: 'node:fs', sentence: 'imports nothing of Node' },
  {
    way: 'of the server in the page',
    from: 'server/web/src/main.ts',
    to: '../../src/db/db.ts',
    sentence: 'The page imports only shared',
  },
  { way: 'of Node in the page', from: 'server/web/src/main.ts', to: 'node:fs', sentence: 'The page runs in a browser' },
  {
    way: 'of the page in the server',
    from: 'server/src/server.ts',
    to: '../web/src/main.ts',
    sentence: 'imports none of its code',
  },
  {
    way: 'up the floors',
    from: 'server/src/db/db.ts',
    to: '../alerting/alerting.ts',
    sentence: 'A lower room of the server',
  },
  {
    way: 'of server.ts from below',
    from: 'server/src/db/db.ts',
    to: '../server.ts',
    sentence: 'A lower room of the server',
  },
  {
    way: 'of a testkit in the product',
    from: 'server/src/db/db.ts',
    to: './fake.testkit.ts',
    sentence: 'imports a test or a testkit',
  },
])('an import $way is refused with what to do instead', async ({ from, to, sentence }) => {
  house({
    'server/src/alerting/alerting.ts': 'export const alerting = 1\n',
    'server/src/db/fake.testkit.ts': 'export const fake = 1\n',
    [from]: `import '${to}'\n`,
  })
  const problems = await importProblems(root)
  expect(problems.some((problem) => problem.startsWith(`${from} imports `) && problem.includes(sentence))).toBe(true)
})

test('a type counts as an import, so that rooms stay apart for readers too', async () => {
  house({
    'agent/src/uplink/uplink.ts': "import type { outbox } from '../buffer/outbox.ts'\nexport type T = typeof outbox\n",
  })
  expect(await importProblems(root)).toHaveLength(1)
})

test('a circle is shown as its way round', async () => {
  house({
    'agent/src/buffer/outbox.ts': "import './file.ts'\nexport const outbox = 1\n",
    'agent/src/buffer/file.ts': "import './outbox.ts'\n",
  })
  const problems = await importProblems(root)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(
    /(file|outbox)\.ts imports .*(file|outbox)\.ts imports .*(file|outbox)\.ts\. Files import each other in a circle/,
  )
})

test('tests may look into every room of their own workspace', async () => {
  house({ 'agent/src/uplink/uplink.test.ts': "import '../buffer/outbox.ts'\nimport 'node:fs'\n" })
  expect(await importProblems(root)).toEqual([])
})

test('a file of more than 400 lines, a drawer, a room without a door or a floor each get a sentence', () => {
  house({
    'agent/src/buffer/long.ts': '\n'.repeat(401),
    'agent/src/buffer/utils.ts': '',
    'server/src/cellar/wine.ts': '',
  })
  expect(fileProblems(root)).toEqual([
    expect.stringContaining('agent/src/buffer/long.ts: 401 lines; a file is one subject, at most 400.'),
    expect.stringContaining('agent/src/buffer/utils.ts: this name says nothing'),
  ])
  expect(roomProblems(root)).toEqual([
    expect.stringContaining('server/src/cellar/cellar.ts is missing'),
    expect.stringContaining('server/src/cellar has no floor; add cellar to SERVER_FLOORS'),
  ])
})
