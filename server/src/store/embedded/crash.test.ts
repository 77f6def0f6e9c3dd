import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bitsOf, contentOf, storeFolder } from './store.testkit.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
let bundle = ''

beforeAll(async () => {
  // Under node_modules, so that the program finds better-sqlite3.
  const cache = join(here, '../../../../node_modules/.cache')
  await mkdir(cache, { recursive: true })
  bundle = await mkdtemp(join(cache, 'crash-writer-'))
  await build({
    root: here,
    logLevel: 'silent',
    resolve: {
      alias: [{ find: /^@eyenet\/shared\/(.+)$/, replacement: join(here, '../../../../shared/src/$1/$1.ts') }],
    },
    build: { ssr: join(here, 'crash-writer.testkit.ts'), outDir: bundle, target: 'node20', minify: false },
  })
})

afterAll(() => rm(bundle, { recursive: true, force: true }))

/** Runs the writer until it has stored `count` batches, then kills it; answers what it acknowledged. */
function writeAndKill(folder: string, first: number, count: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [join(bundle, 'crash-writer.testkit.js'), folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.split('\n').length > count) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== null) reject(new Error(`the writer ended with ${code}`))
      else resolve(told.split('\n').slice(0, -1).map(Number))
    })
  })
}

test('kill -9 at any moment loses nothing that was acknowledged, and stores nothing twice', async () => {
  const folder = storeFolder()
  const acknowledged = new Set<number>()
  let first = 0
  // Counts chosen to hit the middle of flushes, which happen every 150 batches.
  for (const count of [1, 40, 149, 151, 155, 160, 200, 302, 77, 333]) {
    for (const seq of await writeAndKill(folder.folder, first, count)) acknowledged.add(seq)
    const store = await folder.open()
    const content = await contentOf(store)
    const lost = [...acknowledged].filter((seq) => content.get(`s3 ${seq * 1000}`) !== bitsOf(seq + 3 / 10))
    expect(lost).toEqual([])
    const marked = store.marks('a/b/c').reduce((sum, range) => sum + range.last - range.first + 1, 0)
    expect(content.size).toBe(marked * 20)
    first = (store.marks('a/b/c').at(-1)?.last ?? -1) + 1
    await store.close()
  }
  await folder.remove()
}, 240_000)
