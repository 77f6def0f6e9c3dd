import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const START = fileURLToPath(new URL('start.mjs', import.meta.url))
const FAKE = fileURLToPath(new URL('fake-eyenet.testkit.mjs', import.meta.url))

let folder
let running = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-start-'))
})
afterEach(async () => {
  // Not SIGKILL: it would leave the processes that start.mjs started.
  for (const { child, end } of running) {
    child.kill('SIGTERM')
    await end
  }
  running = []
  rmSync(folder, { recursive: true, force: true })
})

async function freePort() {
  const probe = createServer()
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Runs start.mjs with fake processes. `seen(text)` waits for its output, `end` for its exit status. */
async function start(words, env = {}) {
  const ports = words.includes('--port') ? [] : ['--port', await freePort(), '--mqtt-port', await freePort()]
  const diary = join(folder, 'diary')
  const fakes = {
    EYENET_TEST_SERVER: FAKE,
    EYENET_TEST_AGENT: FAKE,
    FAKE_DIARY: diary,
    XDG_STATE_HOME: join(folder, 'state'),
  }
  const child = spawn(process.execPath, [START, ...words, ...ports.map(String)], {
    env: { ...process.env, ...fakes, ...env },
  })
  let output = ''
  const waiting = []
  const take = (chunk) => {
    output += chunk
    for (const one of waiting) if (output.includes(one.text)) one.resolve()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const end = new Promise((resolve) => child.on('close', resolve))
  running.push({ child, end })
  const seen = (text) => {
    const found = new Promise((resolve) => {
      waiting.push({ text, resolve })
      if (output.includes(text)) resolve()
    })
    return Promise.race([found, end.then(() => expect(output).toContain(text))])
  }
  const readDiary = () => readFileSync(diary, 'utf8')
  return { child, end, seen, diary: readDiary, output: () => output }
}

test('server first, then the agent with the enrolment the server wrote; Ctrl-C ends the agent before the server', async () => {
  const run = await start([])
  await run.seen('Ctrl-C stops it.')
  expect(run.output()).toMatch(/EyeNet is running: http:\/\/127\.0\.0\.1:\d+\//)
  expect(run.output()).toContain('ABCD-1234')
  run.child.kill('SIGINT')
  expect(await run.end).toBe(0)
  const data = join(folder, 'state/eyenet')
  expect(run.diary()).toContain(`--data ${data}/server --local-agent ${data}/agent/enrolment.json --ready-json`)
  expect(run.diary()).toContain('agent found enrolment')
  expect(run.diary().trim().split('\n').slice(-2)).toEqual(['agent ended', 'server ended'])
  expect(existsSync(join(data, 'logs/server.log'))).toBe(true)
})

test('the setup code is shown only while there is no administrator', async () => {
  const run = await start([], { FAKE_ADMIN: 'yes' })
  await run.seen('Ctrl-C stops it.')
  expect(run.output()).not.toContain('Setup code')
})

test('a notice and a repeated warning are shown once, without control characters; quiet lines go to the log only', async () => {
  const run = await start([])
  await run.seen('Ctrl-C stops it.')
  expect(run.output().split('raw sockets are refused').length).toBe(2)
  await run.seen('agent: a device says')
  run.child.kill('SIGTERM')
  await run.end
  expect(run.output().match(/agent: a device says +\[31mred/g)).toHaveLength(1)
  expect(run.output()).not.toContain('\u001b')
  expect(run.output()).not.toContain('a quiet line')
})

test('--verbose shows every line', async () => {
  const run = await start(['--verbose'])
  await run.seen('server: a quiet line')
})

test('--demo runs the simulator, gives its devices to the agent and keeps its data apart', async () => {
  const run = await start(['--demo'])
  await run.seen('Ctrl-C stops it.')
  const targets = join(folder, 'state/eyenet-demo/demo/agent.yaml')
  const past = join(folder, 'state/eyenet-demo/demo/past.json')
  expect(run.diary()).toContain(`simulator called simulate --targets-file ${targets} --past-file ${past} --ready-json`)
  expect(run.diary()).toMatch(new RegExp(`agent called run .*--config ${targets} --simulated-past ${past}`))
})

test('eyenet.yaml in the data folder serves server and agent', async () => {
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine/eyenet.yaml'), 'agent: {}\n')
  const run = await start(['--data', join(folder, 'mine')])
  await run.seen('Ctrl-C stops it.')
  expect(run.diary().split(`--config ${join(folder, 'mine/eyenet.yaml')}`).length).toBe(3)
})

test('a process that dies ends the rest, with its last lines and status 1', async () => {
  const run = await start([], { FAKE_CRASH: 'agent' })
  expect(await run.end).toBe(1)
  expect(run.output()).toContain('The agent ended with status 3, so EyeNet stopped. Its last lines:')
  expect(run.output()).toContain('the disk is on fire')
  expect(run.diary()).toContain('server ended')
})

test('Ctrl-C and its echo by npm end the agent in peace', async () => {
  const run = await start([])
  await run.seen('Ctrl-C stops it.')
  run.child.kill('SIGINT')
  run.child.kill('SIGTERM')
  expect(await run.end).toBe(0)
  expect(run.diary()).toContain('server ended')
})

test('somebody who presses Ctrl-C again kills what does not end by itself', async () => {
  const run = await start([], { FAKE_STUBBORN: 'agent' })
  await run.seen('Ctrl-C stops it.')
  run.child.kill('SIGINT')
  await vi.waitUntil(() => run.diary().includes('agent ended'), { timeout: 60_000 })
  // The first was heard, and the next is no echo of it. Just one: at its very end a process no longer hears signals.
  setTimeout(() => run.child.kill('SIGINT'), 1_500)
  expect(await run.end).toBe(0)
})

test('a terminal that is gone ends everything in order', async () => {
  const run = await start([])
  await run.seen('Ctrl-C stops it.')
  run.child.stdout.destroy()
  run.child.stderr.destroy()
  run.child.kill('SIGHUP')
  await new Promise((resolve) => run.child.on('exit', resolve))
  expect(run.diary()).toContain('server ended')
})

test('an occupied port is named, with the option that changes it, before anything is started', async () => {
  const holder = createServer()
  await new Promise((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address()
  const run = await start(['--port', String(port), '--mqtt-port', String(await freePort())])
  expect(await run.end).toBe(1)
  holder.close()
  expect(run.output()).toContain(`Port ${port}, meant for the page, is taken by another program.`)
  expect(run.output()).toContain('--port N')
  expect(existsSync(join(folder, 'diary'))).toBe(false)
})

test('a folder that cannot be written gets a sentence', async () => {
  writeFileSync(join(folder, 'file'), '')
  chmodSync(join(folder, 'file'), 0o400)
  const run = await start(['--data', join(folder, 'file/data')])
  expect(await run.end).toBe(1)
  expect(run.output()).toContain('EyeNet cannot write to')
  expect(run.output()).toContain('--data DIR')
})

test('an unknown option names the nearest one', async () => {
  const run = await start(['--dmeo'])
  expect(await run.end).toBe(64)
  expect(run.output()).toContain('There is no option --dmeo. Did you mean --demo?')
})
