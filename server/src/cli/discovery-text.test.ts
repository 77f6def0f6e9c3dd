import type { DiscoveryAgent } from '@eyenet/shared/api'
import { AgentId, SiteName } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { networksText } from './discovery-text.ts'

const AGENT: DiscoveryAgent = {
  ...{ agent: AgentId.parse('0190aaaa-0000-4000-8000-000000000001'), name: 'eye', site: SiteName.parse('lab') },
  ...{ connected: true, able: true, offered: ['203.0.113.0/24'], runs: [] },
  plan: {
    ...{ networks: [], exclude: [], credentials: [], packetsPerSecond: 50, everySeconds: 86_400, ports: [] },
    ...{ crawl: true, passive: false, silentHosts: false },
  },
  inbox: { new: 0, known: 0, accepted: 0, ignored: 0 },
}

const rowOf = (more: Partial<DiscoveryAgent>): string =>
  networksText({ agents: [{ ...AGENT, ...more }], inbox: AGENT.inbox, dropped: 0 }).split('\n')[1] ?? ''

test('where an agent looks is what is permitted at the server, or what its own file names; nowhere has what could be permitted', () => {
  expect(rowOf({})).toMatch(/^eye +lab +connected +nowhere +- .*203\.0\.113\.0\/24/)
  const byFile = rowOf({ within: ['192.0.2.0/24'] })
  expect(byFile).toMatch(/connected +192\.0\.2\.0\/24 \(its file\) +- /)
  expect(byFile).not.toContain('203.0.113.0/24')
  expect(rowOf({ within: [] })).toMatch(/connected +nowhere, by its file +- /)
  const plan = { ...AGENT.plan, networks: ['192.0.2.128/25'] }
  expect(rowOf({ within: ['192.0.2.0/24'], plan })).toMatch(/connected +192\.0\.2\.128\/25 +- /)
})
