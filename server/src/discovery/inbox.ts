import { randomUUID } from 'node:crypto'
import type {
  DiscoveryRule,
  DiscoveryRules,
  DiscoveryRuleTrial,
  InboxAcceptance,
  InboxQuery,
  InboxResult,
  NewDiscoveryRules,
} from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Discovered, Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Audit } from '../auth/auth.ts'
import type { ControlDb } from '../db/db.ts'
import type { FleetRoom } from '../fleet/fleet.ts'
import { Acceptance } from './acceptance.ts'
import type { CredentialRecords } from './credential-records.ts'
import { FindingsMerge, keysOf, keyTexts } from './findings-merge.ts'
import { addressesOf, type InboxEntry, nameOf } from './inbox-entry.ts'
import { type EntryPage, InboxRecords } from './inbox-records.ts'
import { RuleMatch } from './rule-match.ts'
import { RuleRecords } from './rule-records.ts'
import { byRule, isOpen, type OfRule, ruledEntries } from './ruled-entries.ts'
import type { WatchedIndex } from './watched-index.ts'
import { withMaker } from './with-maker.ts'

export type InboxOptions = {
  readonly db: ControlDb
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly fleet: Pick<FleetRoom, 'watchAll' | 'unwatchAll'>
  readonly credentials: CredentialRecords
  readonly watched: WatchedIndex
  readonly audit: Pick<Audit, 'record'>
  readonly deviceName: (device: DeviceId) => string | undefined
  /** The device that an id stands for since it was merged; itself where it was not. */
  readonly resolve: (device: DeviceId) => DeviceId
  /** Whether it is watched under another id too, one that was merged into it. */
  readonly isWatchedBeside: (device: DeviceId) => Promise<boolean>
  /** Forgets a device that is not watched any more; one that is not known is none. */
  readonly forgetDevice: (device: DeviceId) => Promise<void>
  /** These have answered a search. */
  readonly onFound: (devices: readonly DeviceId[], at: EpochMs) => Promise<void>
  /** Entries of one agent, 20,000 where it is left out. */
  readonly maxPerAgent?: number
}

const MAX_PER_AGENT = 20_000
/** New entries that rules are tried on at a time. */
const PAGE = 1_000
const MAX_EXAMPLES = 10
const MAX_NAMED = 5

export type InboxStats = { readonly findings: number; readonly refused: number; readonly dropped: number }

/** What agents found, what people and rules decided about it. What changes entries is done one after the other. */
export class Inbox {
  readonly #options: InboxOptions
  readonly #records: InboxRecords
  readonly #ruleRecords: RuleRecords
  readonly #acceptance: Acceptance
  #rules: DiscoveryRules = { rules: [] }
  #match = new RuleMatch([])
  #turn: Promise<unknown> = Promise.resolve()
  #findings = 0
  #refused = 0
  #dropped = 0

  constructor(options: InboxOptions) {
    this.#options = options
    this.#records = new InboxRecords(options.db)
    this.#ruleRecords = new RuleRecords(options.db)
    this.#acceptance = new Acceptance({ ...options, save: (entries) => this.#save(entries) })
  }

  async loadRules(): Promise<void> {
    this.#rules = await this.#ruleRecords.load()
    this.#match = new RuleMatch(this.#rules.rules)
  }

  /** On disk when it answers. */
  receive(peer: Peer, findings: readonly Discovered[], at: EpochMs): Promise<void> {
    return this.#inTurn(async () => {
      const { db, watched, onFound, maxPerAgent = MAX_PER_AGENT } = this.#options
      await watched.refresh()
      const ruled = await db.transaction().execute(async (trx) => {
        const keys = findings.flatMap((one) => keyTexts(keysOf(one)))
        const known = await this.#records.withKeys(peer.site, keys, trx)
        const merge = new FindingsMerge(known, { peer, at, newId: randomUUID })
        for (const finding of findings) merge.take(finding)
        const done = ruledEntries(
          merge.changed().map((entry) => this.#standing(withMaker(entry))),
          this.#match,
          at,
        )
        await this.#records.remove(merge.gone(), trx)
        await this.#records.save(done.entries, trx)
        this.#findings += findings.length
        this.#refused += merge.refused()
        this.#dropped += await this.#records.trim(peer.agent, maxPerAgent, trx)
        return done
      })
      await onFound(answering(ruled.entries, findings), at)
      await this.#auditIgnored(ruled.ignored)
      for (const one of ruled.toAccept) await this.#acceptByRule(one)
    })
  }

  list(query: InboxQuery): Promise<EntryPage> {
    return this.#records.list(query)
  }

  counts() {
    return this.#records.counts()
  }

  stats(): InboxStats {
    return { findings: this.#findings, refused: this.#refused, dropped: this.#dropped }
  }

  accept({ ids, ...how }: InboxAcceptance, by: string): Promise<readonly InboxResult[]> {
    return this.#inTurn(() => this.#each(ids, (entries) => this.#acceptance.accept(entries, how, by)))
  }

  ignore(ids: readonly string[], by: string): Promise<readonly InboxResult[]> {
    return this.#inTurn(() =>
      this.#each(ids, async (entries) => {
        const decided = { at: this.#options.now(), by }
        const open = entries.filter(({ state }) => state === 'new' || state === 'known')
        await this.#save(open.map((entry) => ({ ...entry, state: 'ignored', device: undefined, decided })))
        const done = new Set(open.map(({ id }) => id))
        return entries.map(({ id, state }) =>
          done.has(id) ? { id, ok: true } : { id, ok: false, problem: `it is ${state} already` },
        )
      }),
    )
  }

  undo(ids: readonly string[], by: string): Promise<readonly InboxResult[]> {
    return this.#inTurn(() =>
      this.#each(ids, async (entries) => {
        const { fleet, forgetDevice, isWatchedBeside, watched, now } = this.#options
        const decided = { at: now(), by }
        const done = entries.filter(({ state }) => state === 'accepted' || state === 'ignored')
        const devices = done.flatMap(({ state, device, site }) =>
          state === 'accepted' && device && (watched.siteOf(device) ?? site) === site ? [device] : [],
        )
        await fleet.unwatchAll(devices)
        // It turned out to be one that is watched for another reason: it stays, and is known as that.
        const staying = new Set<DeviceId>()
        for (const device of devices) if (await isWatchedBeside(device)) staying.add(device)
        await this.#save(done.map((entry) => takenBack(entry, { decided, staying })))
        for (const device of devices) {
          if (staying.has(device)) continue
          await forgetDevice(device)
          watched.removed(device)
        }
        return entries.map(({ id, state }) =>
          state === 'accepted' || state === 'ignored'
            ? { id, ok: true }
            : { id, ok: false, problem: 'nobody has decided about it: there is nothing to take back' },
        )
      }),
    )
  }

  rules(): DiscoveryRules {
    return this.#rules
  }

  setRules({ rules, apply }: NewDiscoveryRules, by: string): Promise<DiscoveryRules> {
    return this.#inTurn(async () => {
      await this.#ruleRecords.replace(rules, { at: this.#options.now(), by })
      await this.loadRules()
      if (apply) await this.#applyRules()
      return this.#rules
    })
  }

  async tryRules(rules: readonly DiscoveryRule[]): Promise<DiscoveryRuleTrial> {
    const match = new RuleMatch(rules)
    const found = new Map(rules.map(({ name, action }) => [name, { name, action, count: 0, examples: exampleList() }]))
    let looked = 0
    let untouched = 0
    for await (const entries of this.#newEntries()) {
      for (const entry of entries.filter(isOpen)) {
        looked += 1
        const hit = found.get(match.ruleFor(entry)?.name ?? '')
        if (hit === undefined) {
          untouched += 1
          continue
        }
        hit.count += 1
        if (hit.examples.length < MAX_EXAMPLES) hit.examples.push(exampleOf(entry))
      }
    }
    return { looked, untouched, rules: [...found.values()] }
  }

  /** A device that was accepted here and removed elsewhere stays out until somebody takes that back. */
  deviceRemoved(device: DeviceId): Promise<void> {
    const { watched, now, resolve } = this.#options
    watched.removed(device)
    return this.#inTurn(async () => {
      const entries = await this.#records.ofDevice(device)
      const merged = resolve(device)
      if (merged !== device) {
        // It is watched not only because of this entry: to take back the acceptance must not take the other's history.
        await this.#save(
          entries.map((entry) => ({
            ...{ ...entry, device: merged },
            state: entry.state === 'accepted' ? 'known' : entry.state,
          })),
        )
        return
      }
      const decided = { at: now(), by: 'removal of the device' }
      await this.#save(
        entries.map((entry) =>
          entry.state === 'accepted'
            ? { ...entry, state: 'ignored', device: undefined, decided }
            : { ...entry, state: entry.state === 'known' ? 'new' : entry.state, device: undefined },
        ),
      )
    })
  }

  /** What was found before somebody watched it is known from now on. */
  deviceAppeared(site: Peer['site'], keys: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#options.watched.refresh()
      const entries = await this.#records.withKeys(site, keys)
      const next = entries.map((entry) => this.#standing(entry))
      const isSame = (entry: InboxEntry, before: InboxEntry | undefined): boolean =>
        entry.state === before?.state && entry.device === before.device
      await this.#save(next.filter((entry, at) => !isSame(entry, entries[at])))
    })
  }

  agentRemoved(agent: AgentId): Promise<void> {
    return this.#inTurn(() => this.#records.removeUndecided(agent))
  }

  forget(): Promise<void> {
    return this.#inTurn(() => this.#records.forget(this.#options.now()))
  }

  async close(): Promise<void> {
    await this.#turn
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #save(entries: readonly InboxEntry[]): Promise<void> {
    if (entries.length === 0) return
    await this.#options.db.transaction().execute((trx) => this.#records.save(entries, trx))
  }

  /** As it stands while nobody has decided about it: watched already, or new. */
  #standing(entry: InboxEntry): InboxEntry {
    if (entry.state !== 'new' && entry.state !== 'known') return entry
    const device = this.#options.watched.find(entry)
    return { ...entry, device, state: device === undefined ? 'new' : 'known' }
  }

  async #each(
    ids: readonly string[],
    work: (entries: readonly InboxEntry[]) => Promise<readonly InboxResult[]>,
  ): Promise<readonly InboxResult[]> {
    const unique = [...new Set(ids)]
    const found = new Map((await this.#records.byIds(unique)).map((entry) => [entry.id, entry]))
    // In the order of the ids: where there is no room for all, the first come first.
    const entries = unique.flatMap((id) => found.get(id) ?? [])
    const results = new Map((await work(entries)).map((result) => [result.id, result]))
    return ids.map((id) => results.get(id) ?? { id, ok: false, problem: 'there is no such entry; it may have left' })
  }

  async #acceptByRule({ rule, entries }: OfRule): Promise<void> {
    const { audit, logger } = this.#options
    const results = await this.#acceptance.accept(entries, {}, byRule(rule))
    const done = new Set(results.flatMap(({ id, ok }) => (ok ? [id] : [])))
    const accepted = entries.filter(({ id }) => done.has(id))
    if (accepted.length > 0) await audit.record(actorOf(rule), 'discovery.accept', subjectOf(accepted))
    const failed = results.find(({ ok }) => !ok)
    if (failed === undefined) return
    const count = results.length - accepted.length
    logger.warn(
      { rule: rule.name, count, problem: failed.problem },
      'a rule of the inbox could not accept; they stay new',
    )
  }

  async #auditIgnored(ignored: readonly OfRule[]): Promise<void> {
    for (const { rule, entries } of ignored) {
      await this.#options.audit.record(actorOf(rule), 'discovery.ignore', subjectOf(entries))
    }
  }

  async #applyRules(): Promise<void> {
    const at = this.#options.now()
    const open: InboxEntry[] = []
    for await (const entries of this.#newEntries()) open.push(...entries.filter(isOpen))
    const { ignored, toAccept } = ruledEntries(open, this.#match, at)
    await this.#save(ignored.flatMap(({ entries }) => entries))
    await this.#auditIgnored(ignored)
    for (const one of toAccept) await this.#acceptByRule(one)
  }

  /** All that are new, page by page. */
  async *#newEntries(): AsyncGenerator<readonly InboxEntry[]> {
    let cursor: string | undefined
    do {
      const page = await this.#records.list({ state: 'new', limit: PAGE, ...(cursor !== undefined && { cursor }) })
      yield page.entries
      cursor = page.next
    } while (cursor !== undefined)
  }
}

type Back = { readonly decided: NonNullable<InboxEntry['decided']>; readonly staying: ReadonlySet<DeviceId> }

function takenBack(entry: InboxEntry, { decided, staying }: Back): InboxEntry {
  const isStaying = entry.state === 'accepted' && entry.device !== undefined && staying.has(entry.device)
  return isStaying ? { ...entry, state: 'known', decided } : { ...entry, state: 'new', device: undefined, decided }
}

/** Devices of which these findings say that they are there now: they answered, or were heard themselves. */
function answering(entries: readonly InboxEntry[], findings: readonly Discovered[]): readonly DeviceId[] {
  const heard = findings.filter(({ how, snmp }) => how === 'sweep' || how === 'passive' || snmp !== undefined)
  const keys = new Set(heard.flatMap((one) => keyTexts(keysOf(one))))
  return entries.flatMap(({ device, keys: own }) =>
    device !== undefined && [...own.keys()].some((key) => keys.has(key)) ? [device] : [],
  )
}

type Example = DiscoveryRuleTrial['rules'][number]['examples'][number]
const exampleList = (): Example[] => []

function exampleOf(entry: InboxEntry): Example {
  return { id: entry.id, name: nameOf(entry), address: addressesOf(entry)[0]?.address ?? '' }
}

const actorOf = (rule: DiscoveryRule) => ({ name: byRule(rule), address: 'local' })

/** For the audit log: how many, and the first of them. */
export function subjectOf(entries: readonly InboxEntry[]): string {
  const names = entries.slice(0, MAX_NAMED).map((entry) => nameOf(entry) || addressesOf(entry)[0]?.address || entry.id)
  const more = entries.length > names.length ? `, and ${entries.length - names.length} more` : ''
  return `${names.join(', ')}${more}`
}
