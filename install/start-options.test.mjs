import { expect, test } from 'vitest'
import { parseStartOptions } from './start-options.mjs'

const parse = (words, env = {}) => parseStartOptions(words, { env, home: '/home/ann', cwd: '/src' })

test('without options: port 8080, MQTT 1883, the state folder of the user', () => {
  expect(parse([])).toEqual({
    kind: 'run',
    options: {
      demo: false,
      verbose: false,
      port: 8080,
      mqttPort: 1883,
      data: '/home/ann/.local/state/eyenet',
      config: undefined,
    },
  })
})

test('XDG_STATE_HOME is followed, unless it is relative', () => {
  expect(parse([], { XDG_STATE_HOME: '/var/state' }).options.data).toBe('/var/state/eyenet')
  expect(parse(['--demo'], { XDG_STATE_HOME: 'state' }).options.data).toBe('/home/ann/.local/state/eyenet-demo')
})

test('values follow a space or an equals sign', () => {
  expect(parse(['--port=81', '--data', 'here']).options).toMatchObject({ port: 81, data: '/src/here' })
})

test.each([
  [['--port', '99999'], '--port 99999 is no port; give a number from 1 to 65535.'],
  [['--port'], '--port needs a value; npm start -- --help shows all options.'],
  [['--port', '--demo'], '--port needs a value; npm start -- --help shows all options.'],
  [['--demo=yes'], '--demo takes no value.'],
  [['--port', '1883'], '--port and --mqtt-port are both 1883; give two different ports.'],
  [['--demo', '--config', 'x'], '--demo brings its own configuration; leave out --config or --demo.'],
  [['now'], 'There is no option now. npm start -- --help shows all options.'],
  [
    ['--mqttport', '1'],
    'There is no option --mqttport. Did you mean --mqtt-port? npm start -- --help shows all options.',
  ],
])('%j is refused with a sentence', (words, text) => {
  expect(parse(words)).toEqual({ kind: 'error', text })
})
