// The gap ledger of the made-up site: a quiet one, and one whose line was cut while its outbox overflowed.
const STEP = 300_000

const KINDS = {
  complete: { stored: 5, why: [] },
  late: { stored: 5, late: 5, why: [] },
  lost: { stored: 1, lost: 4, why: ["The agent's outbox was full, and the oldest samples were dropped."] },
  awaited: { stored: 0, awaited: 5, why: ['The agent is connected and still has a backlog to send.'] },
  'not-sampled': { stored: 2, notSampled: 3, why: ['The agent did not run: its process or its machine had ended.'] },
  unknown: { stored: 4, unknown: 1, why: ['Nothing explains what is missing.'] },
}
const COUNTS = { expected: 5, late: 0, lost: 0, awaited: 0, notSampled: 0, unknown: 0 }
const STORY = [
  'complete',
  'complete',
  'lost',
  'late',
  'late',
  'not-sampled',
  'complete',
  'unknown',
  'complete',
  'awaited',
]

export function ledgerAnswer(site, { parts, url }) {
  const items = site.agents.map((agent, at) => ({
    ...{ agent: agent.id, site: agent.site, lost: at === 0 ? { quota: 41_200, thinned: 9_800 } : {} },
    ...(agent.state !== 'connected' && { awaitedFrom: Date.now() - 3_600_000, why: 'It is not connected.' }),
  }))
  if (parts[1] === 'agents') return { items }
  const device = site.devices.find(({ id }) => id === url.searchParams.get('device'))
  const from = Math.floor(Number(url.searchParams.get('from')) / STEP) * STEP
  const count = Math.max(0, Math.floor((Number(url.searchParams.get('to')) - from) / STEP))
  const tells = device?.state !== 'ok'
  const intervals = Array.from({ length: count }, (_, at) => {
    const state = tells ? STORY[Math.floor((at / count) * STORY.length)] : 'complete'
    return { from: from + at * STEP, to: from + (at + 1) * STEP, ...COUNTS, ...KINDS[state], state }
  })
  const devices = device === undefined ? [] : [{ device: device.id, agent: device.agent, site: device.site, intervals }]
  return { from, to: from + count * STEP, step: STEP / 1000, devices, agents: items }
}
