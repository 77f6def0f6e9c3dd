import { join, resolve } from 'node:path'
import { nearest } from './nearest.mjs'

export const HELP = `Usage: npm start -- [options]

Runs EyeNet from this checkout: a server, and an agent for this machine. Installs and builds what is missing.

  --demo            add a simulated site with devices, traffic and faults
  --config FILE     EyeNet's YAML file (default: eyenet.yaml in the data folder, where there is one)
  --data DIR        where everything is kept (default: ~/.local/state/eyenet, with --demo: ~/.local/state/eyenet-demo)
  --port N          port of the page (default: 8080)
  --mqtt-port N     port agents connect to (default: 1883)
  --verbose         show every log line of server and agent
  --help            show this text
`

const TAKES_VALUE = ['--config', '--data', '--port', '--mqtt-port']
const FLAGS = ['--demo', '--verbose', '--help']

/**
 * What the words after `npm start --` ask for. Pure: environment, home and working folder come in.
 * `{ kind: 'run', options } | { kind: 'help' } | { kind: 'error', text }`
 */
export function parseStartOptions(words, { env, home, cwd }) {
  const read = readWords(words)
  if (read.kind === 'error') return read
  const { given } = read
  if (given.has('--help')) return { kind: 'help' }
  const port = portOf(given, '--port', 8080)
  const mqttPort = portOf(given, '--mqtt-port', 1883)
  for (const one of [port, mqttPort]) if (one.kind === 'error') return one
  if (port.value === mqttPort.value) {
    return { kind: 'error', text: `--port and --mqtt-port are both ${port.value}; give two different ports.` }
  }
  const demo = given.has('--demo')
  const config = given.get('--config')
  if (demo && config !== undefined) {
    return { kind: 'error', text: '--demo brings its own configuration; leave out --config or --demo.' }
  }
  const data = given.get('--data')
  const options = {
    demo,
    verbose: given.has('--verbose'),
    port: port.value,
    mqttPort: mqttPort.value,
    data: data === undefined ? join(stateFolder(env, home), demo ? 'eyenet-demo' : 'eyenet') : resolve(cwd, data),
    config: config === undefined ? undefined : resolve(cwd, config),
  }
  return { kind: 'run', options }
}

function readWords(words) {
  const given = new Map()
  for (let at = 0; at < words.length; at++) {
    const [name, inline] = splitOnce(words[at])
    if (FLAGS.includes(name)) {
      if (inline !== undefined) return { kind: 'error', text: `${name} takes no value.` }
      given.set(name, '')
    } else if (TAKES_VALUE.includes(name)) {
      const value = inline ?? words[++at]
      if (value === undefined || value === '' || (inline === undefined && value.startsWith('--'))) {
        return { kind: 'error', text: `${name} needs a value; npm start -- --help shows all options.` }
      }
      given.set(name, value)
    } else {
      return { kind: 'error', text: unknownOption(name) }
    }
  }
  return { kind: 'read', given }
}

function splitOnce(word) {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

function unknownOption(name) {
  const close = nearest(name, [...FLAGS, ...TAKES_VALUE])
  const hint = close === undefined ? '' : ` Did you mean ${close}?`
  return `There is no option ${name}.${hint} npm start -- --help shows all options.`
}

function portOf(given, name, fallback) {
  const text = given.get(name)
  if (text === undefined) return { kind: 'port', value: fallback }
  const value = Number(text)
  return /^\d{1,5}$/.test(text) && value >= 1 && value <= 65_535
    ? { kind: 'port', value }
    : { kind: 'error', text: `${name} ${text} is no port; give a number from 1 to 65535.` }
}

/** XDG base directory specification: a relative XDG_STATE_HOME is to be ignored. */
function stateFolder(env, home) {
  const given = env.XDG_STATE_HOME
  return given?.startsWith('/') ? given : join(home, '.local', 'state')
}
