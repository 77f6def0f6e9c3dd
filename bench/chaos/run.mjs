// npm run chaos -- [--seed N] [--kills 50] [--minutes M] [--agents 2] [--blackout SECONDS] [--json FILE]: agents that poll simulated devices, a server
// with its broker, and a bad line between them. Processes are killed with SIGKILL and the line is cut, delayed, repeated and
// reordered at moments that the seed draws; at the end an oracle compares what was sampled with what is stored. Status 1 and the
// differences where something is missing, there twice, or another value. The seed repeats the run, as far as processes allow.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '../faults/seeded-random.mjs'
import { judge } from './oracle.mjs'
import { packetFaults } from './packet-faults.mjs'
import { drain, evidence, startSite, stopSite } from './site.mjs'

const DEVICES = 2
const INTERFACES = 4
/** Where no packet comes, the next fault does not wait for one. */
const IMPATIENT_MS = 4_000
const DRAIN_WITHIN_MS = 180_000
const SHOWN_FAULTS = 20
/** The least that may be configured. */
const MAX_AGE_S = 60

const options = readOptions(process.argv.slice(2))
const folder = mkdtempSync(join(tmpdir(), 'eyenet-chaos-'))
process.exitCode = await main()

function readOptions(words) {
  const optionOf = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise)
  return {
    seed: Number(optionOf('--seed', 1 + (Date.now() % 1_000_000))),
    kills: Number(optionOf('--kills', 50)),
    endsAt: performance.now() + Number(optionOf('--minutes', 24 * 60)) * 60_000,
    agents: Number(optionOf('--agents', 2)),
    blackoutMs: Number(optionOf('--blackout', 0)) * 1_000,
    json: optionOf('--json'),
  }
}

async function main() {
  const { seed, agents } = options
  say(`chaos: seed ${seed}, ${options.kills} kills, ${agents} agents`)
  const random = seededRandom(seed)
  const crashes = []
  const moment = nextMoment()
  const faults = { duplicate: 0, reorder: 0 }
  const through = packetFaults({ faults, random: seededRandom(seed + 1), onPublish: (way) => moment.passed(way) })
  const site = await startSite({
    ...{ folder, agents, devices: DEVICES, interfaces: INTERFACES, through, seed },
    // Longer than the last agent may keep samples: some have to go, and are told.
    ...(options.blackoutMs > 0 && { maxAgeSeconds: MAX_AGE_S }),
    onCrash: (what) => crashes.push(what),
  })
  let isSound = false
  try {
    for (const agent of site.agents) agent.process.start()
    await Promise.all(site.agents.map((agent) => agent.process.ready()))
    Object.assign(faults, { duplicate: 0.05, reorder: 0.05 })
    const done = await storm({ site, random, moment })
    site.line.cut('black-hole')
    await pause(options.blackoutMs)
    site.line.resume()
    Object.assign(faults, { duplicate: 0, reorder: 0 })
    const isDrained = await drain(site, DRAIN_WITHIN_MS)
    const verdict = judgeAll({ ...(await evidence(site)), isDrained, crashes })
    isSound = verdict.faults.length === 0
    tell({ verdict, done, seed })
  } finally {
    await stopSite(site)
    if (isSound) rmSync(folder, { recursive: true, force: true })
    else say(`logs, journals and data are in ${folder}`)
  }
  return isSound ? 0 : 1
}

/** Waits for so many PUBLISH packets in one direction, or for a time where none come. */
function nextMoment() {
  let waiting
  return {
    passed(direction) {
      if (waiting === undefined || waiting.direction !== direction || --waiting.left > 0) return
      const { act } = waiting
      waiting = undefined
      act()
    },
    /** Calls `act` as the packet passes, before it goes on. */
    after({ direction, packets }, act) {
      return new Promise((resolve) => {
        const once = () => {
          clearTimeout(timer)
          waiting = undefined
          resolve(act())
        }
        const timer = setTimeout(once, IMPATIENT_MS)
        waiting = { direction, left: packets, act: once }
      })
    },
  }
}

/** Kills and cuts until there were so many kills. */
async function storm({ site, random, moment }) {
  const done = { kills: 0, agentKills: 0, serverKills: 0, cuts: 0 }
  const { server, agents, line } = site
  const below = (number) => Math.floor(random() * number)
  while (done.kills < options.kills && performance.now() < options.endsAt) {
    const when = { direction: below(3) === 0 ? 'down' : 'up', packets: 1 + below(5) }
    const what = below(10)
    line.set({ delayMs: below(4) === 0 ? below(200) : 0, jitterMs: below(3) === 0 ? below(100) : 0 })
    if (what < 2) {
      await moment.after(when, () => line.cut(below(2) === 0 ? 'refuse' : 'black-hole'))
      await pause(below(1_500))
      line.resume()
      done.cuts++
      continue
    }
    const victim = what < 4 ? server : agents[below(agents.length)].process
    // Some are killed again while they start.
    if (below(6) === 0) await pause(below(800)).then(() => victim.kill())
    else await moment.after(when, () => victim.kill())
    victim.start()
    // What runs is left alone for a while, now and then: a backlog is merged and sent.
    if (below(8) === 0) await pause(below(3_000))
    done.kills++
    done[victim === server ? 'serverKills' : 'agentKills']++
    if (done.kills % 50 === 0) say(`  ${done.kills} kills`)
  }
  return done
}

function judgeAll({ stored, agents, isDrained, crashes }) {
  const { faults, found } = judge(agents, stored)
  const others = isDrained
    ? crashes
    : [...crashes, `not everything reached the server within ${DRAIN_WITHIN_MS / 1_000} s`]
  return { faults: [...others, ...faults], found }
}

function tell({ verdict, done, seed }) {
  const { faults, found } = verdict
  say(`  ${done.agentKills} agents and ${done.serverKills} servers killed, the line cut ${done.cuts} times`)
  say(
    `  ${found.sampled} samples committed (${found.uncertain} more may be), ${found.stored} stored, ` +
      `${found.dropped} dropped as told (${found.toldThoughStored} more are told of, and stored), ${found.held} still with the agent`,
  )
  for (const fault of faults.slice(0, SHOWN_FAULTS)) say(`  FAULT ${fault}`)
  say(
    faults.length === 0
      ? 'Nothing is lost, and nothing is there twice.'
      : `${faults.length} faults; --seed ${seed} repeats the run.`,
  )
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ seed, done, ...verdict }, null, 2)}\n`)
}

function say(text) {
  process.stdout.write(`${text}\n`)
}
