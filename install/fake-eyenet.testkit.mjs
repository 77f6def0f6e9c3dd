// Stands in for eyenet-server.js and eyenet-agent.js: keeps to what `npm start` expects of them, and is told by the
// environment how to misbehave. Writes what it was called with and how it ended to FAKE_DIARY.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'

const [command, ...words] = process.argv.slice(2)
const optionOf = (name) => words[words.indexOf(name) + 1]
const role = command === 'simulate' ? 'simulator' : words.includes('--local-agent') ? 'server' : 'agent'
const diary = (text) => appendFileSync(process.env.FAKE_DIARY, `${role} ${text}\n`)
const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
const log = (level, msg) => process.stderr.write(`${JSON.stringify({ level, msg })}\n`)

diary(`called ${[command, ...words].join(' ')}`)
if (process.env.FAKE_CRASH === role) {
  process.stderr.write('Error: the disk is on fire\n    at burn (fire.js:1)\n')
  process.exit(3)
}
const alive = setInterval(() => undefined, 1000)
process.on('SIGTERM', () => {
  diary('ended')
  if (process.env.FAKE_STUBBORN !== role) clearInterval(alive)
})

if (role === 'server') {
  writeFileSync(optionOf('--local-agent'), '{}')
  const setupCode = process.env.FAKE_ADMIN === 'yes' ? null : 'ABCD-1234'
  log(30, 'a quiet line')
  print({ event: 'ready', url: `http://${optionOf('--listen')}/`, setupCode, mqtt: optionOf('--mqtt-listen') })
}
if (role === 'simulator') {
  writeFileSync(optionOf('--targets-file'), 'agent: {}\n')
  print({ event: 'ready', targetsFile: optionOf('--targets-file') })
}
if (role === 'agent') {
  diary(`found ${existsSync(optionOf('--enrolment')) ? 'enrolment' : 'nothing'}`)
  for (let times = 0; times < 3; times++) print({ event: 'notice', text: 'raw sockets are refused; ping serves' })
  for (let times = 0; times < 3; times++) log(40, 'a device says \u001b[31mred')
  print({ event: 'ready' })
}
