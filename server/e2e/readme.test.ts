import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { runChild, startChild } from './child.testkit.ts'
import { AGENT, freePort, SERVER, START, Stage } from './stage.testkit.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const stage = new Stage()
afterAll(() => stage.close())

/** Every line of every block of shell commands. */
const commands = [...readme.matchAll(/^( *)```sh\n([\s\S]*?)^\1```/gm)].flatMap(([, , block = '']) =>
  block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
)

/** Runs a command of the README from the root of the checkout; `replace` puts the test's own places into it. */
async function run(command: string, replace: Readonly<Record<string, string>> = {}) {
  let words = command.split(' ').map((word) => replace[word] ?? word)
  if (words[0] === 'sudo') words = words.slice(1)
  const [program = '', name = '', ...rest] = words
  if (program !== 'npx')
    return runChild(
      'bash',
      [program, name, ...rest].filter((word) => word !== ''),
      { cwd: root },
    )
  return runChild(process.execPath, [name === 'eyenet-agent' ? AGENT : SERVER, ...rest], { cwd: root })
}

/** What each command is run by: here, or in a test of its own. */
const RUNS: Readonly<Record<string, (command: string) => Promise<void>>> = {
  'npm start -- --demo': async () => {
    const demo = readFileSync(new URL('demo.test.ts', import.meta.url), 'utf8')
    expect(demo).toContain("[START, '--demo'")
  },
  'npm start': async () => {
    const where = [
      '--data',
      stage.path('start'),
      '--port',
      String(await freePort()),
      '--mqtt-port',
      String(await freePort()),
    ]
    const started = startChild(process.execPath, [START, ...where], {
      env: { EYENET_TEST_SERVER: SERVER, EYENET_TEST_AGENT: AGENT },
    })
    stage.onClose(async () => {
      // It ends what it has started; killed, it could not.
      started.signal('SIGINT')
      await started.ended
    })
    await started.line((line) => line.includes('Ctrl-C stops it.'))
    expect(started.stdout()).toMatch(/Setup code: +[0-9A-Z-]{8,}/)
    started.signal('SIGINT')
    expect(await started.ended).toBe(0)
  },
  'npx eyenet-agent probe 127.0.10.1 --port 1161 --community-file community.txt': async (command) => {
    const port = 17_000 + (process.pid % 1_000)
    const site = startChild(process.execPath, [
      ...[AGENT, 'simulate', '--address', '127.0.91.1', '--port', String(port), '--faults', 'none', '--ready-json'],
    ])
    stage.onClose(() => site.kill())
    await site.line((line) => line.includes('"ready"'))
    const file = stage.write('community.txt', 'public\n')
    const done = await run(command, { '127.0.10.1': '127.0.91.1', '1161': String(port), 'community.txt': file })
    expect(done).toMatchObject({ status: 0 })
    expect(done.stdout).toContain('core-1.example.net')
  },
  'npx eyenet-server token add --data ~/.local/state/eyenet/server --role viewer --name dashboard': async (command) => {
    const made = await run(command, { '~/.local/state/eyenet/server': stage.path('start/server') })
    expect(made).toMatchObject({ status: 0 })
    expect(made.stdout).toMatch(/^eyn_/)
  },
  'npx eyenet-server mib list --data ~/.local/state/eyenet/server': async (command) => {
    const listed = await run(command, { '~/.local/state/eyenet/server': stage.path('start/server') })
    expect(listed).toMatchObject({ status: 0, stdout: 'No MIB files were added.\n' })
  },
  'npx eyenet-server models list --data ~/.local/state/eyenet/server': async (command) => {
    const listed = await run(command, { '~/.local/state/eyenet/server': stage.path('start/server') })
    expect(listed).toMatchObject({ status: 0 })
    expect(listed.stdout).toMatch(/^model +source +stage/)
  },
  'npx eyenet-agent anomalies --data ~/.local/state/eyenet/agent': async (command) => {
    const told = await run(command, { '~/.local/state/eyenet/agent': stage.path('start/agent') })
    expect(told).toMatchObject({ status: 0 })
  },
  'npx eyenet-server store stats --data ~/.local/state/eyenet/server': async (command) => {
    const told = await run(command, { '~/.local/state/eyenet/server': stage.path('start/server') })
    expect(told).toMatchObject({ status: 0 })
    expect(told.stdout).toMatch(/^series +\d/)
  },
  'npx eyenet-server store check --data ~/.local/state/eyenet/server': async (command) => {
    const told = await run(command, { '~/.local/state/eyenet/server': stage.path('start/server') })
    expect(told).toMatchObject({ status: 0 })
  },
  'sudo ./install/install-agent.sh --server https://eyenet.example.net --token-file token.txt --dry-run': async (
    command,
  ) => {
    const done = await run(command, { 'token.txt': stage.write('token.txt', 'eye_enrol_example\n') })
    expect(done).toMatchObject({ status: 0 })
  },
  'npm test': async () => {
    const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    // What runs this very test.
    expect(manifest.scripts.test).toBe('node install/test.mjs')
  },
}

test('the README has commands, in the order of a first visit', () => {
  expect(commands.slice(0, 2)).toEqual(['npm start -- --demo', 'npm start'])
})

test.sequential.each(commands)('the README: %s', { timeout: 240_000 }, async (command) => {
  const special = RUNS[command]
  if (special !== undefined) return special(command)
  expect(await run(command)).toMatchObject({ status: 0 })
})
