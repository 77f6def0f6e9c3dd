// Configuration of agents for the fake API: groups, revisions, roll-outs in every stage.
const MINUTE = 60_000

const PROFILE = 'match: { sysObjectId: 1.3.6.1.4.1.37662 }\nidentity: { vendor: Acme, os: acmeos }\n'

export function makeFleet(scenario, { agents, now, idOf }) {
  const [first, second] = agents
  if (scenario === 'empty' || scenario === 'bare' || first === undefined)
    return { groups: [], revisions: {}, rollouts: [] }
  const revision = (number, settings, more) => ({
    scope: 'all',
    revision: number,
    author: 'mira',
    at: now - (4 - number) * 7 * 3_600_000,
    comment: '',
    active: false,
    configuration: { settings, profiles: [] },
    changes: [],
    ...more,
  })
  const all = [
    revision(
      3,
      { intervalSeconds: 30, host: { enabled: true } },
      {
        comment: 'Half a minute, as the contract says. Ask <b>mira</b> before it is longer again.',
        configuration: {
          settings: { intervalSeconds: 30, host: { enabled: true } },
          profiles: [{ name: 'acme-switch', text: PROFILE }],
        },
        changes: [
          { path: 'intervalSeconds', before: 60, after: 30 },
          { path: 'profiles.acme-switch', after: PROFILE },
        ],
      },
    ),
    revision(
      2,
      { intervalSeconds: 60, host: { enabled: true } },
      {
        active: true,
        changes: [
          { path: 'intervalSeconds', before: 300, after: 60 },
          { path: 'neighbours.resolver', before: false },
        ],
      },
    ),
    revision(
      1,
      { intervalSeconds: 300, neighbours: { resolver: false } },
      {
        comment: 'Slow lines first.',
        changes: [
          { path: 'intervalSeconds', after: 300 },
          { path: 'neighbours.resolver', after: false },
        ],
      },
    ),
  ]
  const agent = (one, more) => ({
    agent: one.id,
    name: one.name,
    canary: false,
    problem: '',
    progress: 'waiting',
    ...more,
  })
  const rest = [agent({ id: idOf('agent-lyon'), name: 'lyon' }), agent({ id: idOf('agent-oslo'), name: 'oslo' })]
  const halted = scenario === 'halted'
  const rollouts = [
    {
      ...{ id: idOf('rollout-3'), scope: 'all', revision: 3, former: 2, by: 'mira', startedAt: now - 6 * MINUTE },
      ...{ stage: halted ? 'halted' : 'canary', since: now - 4 * MINUTE, observeSeconds: 600 },
      reason: halted ? 'berlin rolled it back: the server was not reached for 300 s' : '',
      ...(halted ? {} : { observedSince: now - 4 * MINUTE }),
      agents: [
        agent(first, { canary: true, progress: halted ? 'waiting' : 'runs' }),
        ...(second === undefined ? [] : [agent(second, { progress: 'too-old' })]),
        ...rest,
      ],
    },
    {
      ...{ id: idOf('rollout-2'), scope: 'all', revision: 2, former: 1, by: 'oncall', startedAt: now - 14 * 3_600_000 },
      ...{ stage: 'completed', since: now - 13 * 3_600_000, observeSeconds: 600, reason: '', agents: [] },
    },
  ]
  const groups = [{ name: 'branches', agents: [first.id], by: 'mira', at: now - 9e8 }]
  return { groups, revisions: { all }, rollouts }
}

/** `parts` begins with groups, config, rollouts or agents. */
export function fleetAnswer(site, { method, parts, body }, { json, page, problem }) {
  const { groups, revisions, rollouts } = site.fleet
  if (parts[0] === 'groups') return method === 'GET' ? json(page(groups)) : { status: 204 }
  if (parts[0] === 'rollouts' && method === 'GET') return json(page(rollouts))
  if (parts[0] === 'rollouts')
    return site.scenario === 'refuse' ? problem(409, ['conflict', 'The roll-out is halted.']) : json(rollouts[0])
  if (parts[0] === 'agents') return json(viewOf(site, parts[1]))
  const scope = decodeURIComponent(parts[1])
  const known = revisions[scope] ?? []
  if (method === 'GET') return json(page(known))
  const sent = JSON.parse(body)
  const changes = [
    { path: 'intervalSeconds', before: 60, after: sent.configuration.settings.intervalSeconds },
    { path: 'host.enabled', before: true },
  ]
  return json({ scope, revision: known.length + 1, changes, agents: 4, tooOld: 1, made: !sent.dryRun })
}

function viewOf(site, agent) {
  const set = { intervalSeconds: [60, 'all'], 'host.enabled': [true, 'group:branches'] }
  const own = ['neighbours.gateway']
  const paths = ['intervalSeconds', 'intervals.sensorsSeconds', 'metrics', 'host.enabled', 'neighbours.gateway']
  return {
    ...{ agent, group: 'branches', takesSettings: true, layers: [{ scope: 'all', revision: 2 }] },
    configuration: { settings: { intervalSeconds: 60 }, profiles: [{ name: 'acme-switch', text: PROFILE }] },
    settings: paths.map((path) => ({
      path,
      ...(set[path] && { value: set[path][0] }),
      ruledBy: own.includes(path) ? 'file' : (set[path]?.[1] ?? 'default'),
    })),
    applied: { revision: 11, at: site.now - 9 * MINUTE, confirmed: true },
    rejected: { revision: 12, how: 'rolled-back', reason: 'the server was not reached for 300 s', at: site.now },
  }
}
