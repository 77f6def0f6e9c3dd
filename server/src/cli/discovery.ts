import { readFileSync } from 'node:fs'
import {
  DiscoveryOverview,
  DiscoveryRules,
  DiscoveryRuleTrial,
  INBOX_STATES,
  InboxItem,
  InboxResults,
  MAX_INBOX_IDS,
} from '@eyenet/shared/api'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { DEVICE_ROLES } from '@eyenet/shared/roles'
import { Command, Option } from 'commander'
import { API_HELP, type ApiOptions, withApiOptions } from './api-options.ts'
import { inboxText, networksText, resultsText, rulesText, trialText } from './discovery-text.ts'
import { everyPage } from './every-page.ts'
import { outputOf } from './output.ts'
import { countOption, csvQuery } from './plain-words.ts'
import { withServerApi } from './server-api.ts'

type InboxOptions = ApiOptions & {
  readonly state: string
  readonly agent?: string
  readonly site?: string
  readonly role?: string
  readonly search?: string
  readonly snmp?: string
  readonly limit: string
  readonly csv?: boolean
}
type AcceptOptions = ApiOptions & { readonly credential?: string; readonly interval?: string }
type RulesOptions = ApiOptions & { readonly try?: string; readonly set?: string; readonly apply?: boolean }

const ROOT = '/api/v1/discovery'
/** Entries that the API's CSV has at most. */
const MAX_ENTRIES = 20_000
const MAX_RULES_LETTERS = 1_000_000

/** `discovery inbox|accept|ignore|undo|rules|networks`: what agents found, and what is done with it. */
export function discoveryCommand(): Command {
  const discovery = new Command('discovery').description('devices that agents found, as a running server has them')
  const command = (name: string, description: string): Command =>
    withApiOptions(discovery.command(name).description(description)).addHelpText('after', API_HELP)
  const decision = (name: 'accept' | 'ignore' | 'undo', description: string): Command =>
    command(name, `${description}; status 73 where it was not done with all`).argument(
      '<ids...>',
      'as discovery inbox prints them',
    )
  command('inbox', 'list what was found, newest first')
    .addOption(new Option('--state <state>', 'which entries').choices(['all', ...INBOX_STATES]).default('new'))
    .option('--agent <id>', 'found by this agent')
    .option('--site <site>', 'of this site')
    .addOption(new Option('--role <role>', 'of this role').choices([...DEVICE_ROLES]))
    .option('--search <text>', 'a part of a name, address, MAC, vendor or model')
    .addOption(new Option('--snmp <answers>', 'whether it answered SNMP').choices(['true', 'false']))
    .option('--limit <n>', `lines at most, up to ${MAX_ENTRIES}`, '200')
    .option('--csv', 'print CSV, all that fits the other options')
    .action(inbox)
  decision('accept', 'watch what was found')
    .option('--credential <id>', 'ask it with this credential instead of the one that worked')
    .option('--interval <seconds>', 'poll it that often')
    .action((ids: readonly string[], options: AcceptOptions) => accept(ids, options))
  decision('ignore', 'leave out what was found, now and when it is found again').action(
    (ids: readonly string[], options: ApiOptions) => decide('ignore', { ids }, options),
  )
  decision('undo', 'take back what was decided').action((ids: readonly string[], options: ApiOptions) =>
    decide('undo', { ids }, options),
  )
  command('rules', 'list the rules that accept or ignore what is found, try others, or set them')
    .addOption(
      new Option('--try <file>', 'what the rules of this JSON file would do with what is new now').conflicts('set'),
    )
    .option('--set <file>', 'set the rules of this JSON file, as rules --json prints them; for administrators')
    .option('--apply', 'with --set: to what is new now too')
    .action(rules)
  command('networks', 'list where each agent looks for devices, and how far its last search is').action(networks)
  return discovery
}

async function inbox(options: InboxOptions): Promise<void> {
  const { state, agent, site, role, search, snmp, csv } = options
  const limit = countOption('limit', options.limit, MAX_ENTRIES)
  const query = {
    ...(state !== 'all' && { state }),
    ...(agent !== undefined && { agent }),
    ...(site !== undefined && { site }),
    ...(role !== undefined && { role }),
    ...(search !== undefined && { q: search }),
    ...(snmp !== undefined && { snmp }),
  }
  const path = `${ROOT}/inbox`
  await withServerApi(options, 'viewer', async (api) => {
    if (csv === true) return outputOf(options).file(await api.text(`${path}?${csvQuery(query)}`))
    const found = await everyPage(api, { path, query, item: InboxItem, limit })
    return outputOf(options).result(found, inboxText(found, state))
  })
}

function accept(ids: readonly string[], options: AcceptOptions): Promise<void> {
  const { credential, interval } = options
  const intervalSeconds = interval === undefined ? undefined : countOption('interval', interval, 86_400)
  const body = {
    ids,
    ...(credential !== undefined && { credential }),
    ...(intervalSeconds !== undefined && { intervalSeconds }),
  }
  return decide('accept', body, options)
}

type Decision = { readonly ids: readonly string[] }

async function decide(what: 'accept' | 'ignore' | 'undo', body: Decision, options: ApiOptions): Promise<void> {
  if (body.ids.length > MAX_INBOX_IDS) throw new EyeNetError('invalid', `give ${MAX_INBOX_IDS} ids at most`)
  const answer = await withServerApi(options, 'operator', (api) =>
    api.send('POST', `${ROOT}/inbox/${what}`, { body, shape: InboxResults }),
  )
  if (answer.results.some(({ ok }) => !ok)) process.exitCode = EXIT_STATUS.conflict
  outputOf(options).result(answer, resultsText(answer.results))
}

async function rules(options: RulesOptions): Promise<void> {
  const output = outputOf(options)
  if (options.apply === true && options.set === undefined) throw new EyeNetError('invalid', '--apply goes with --set')
  if (options.try !== undefined) {
    const body = { rules: readRules(options.try) }
    const trial = await withServerApi(options, 'operator', (api) =>
      api.send('POST', `${ROOT}/rules/try`, { body, shape: DiscoveryRuleTrial }),
    )
    output.result(trial, trialText(trial))
    return
  }
  if (options.set !== undefined) {
    const body = { rules: readRules(options.set), apply: options.apply === true }
    const set = await withServerApi(options, 'admin', (api) =>
      api.send('PUT', `${ROOT}/rules`, { body, shape: DiscoveryRules }),
    )
    output.result(set, rulesText(set))
    return
  }
  const known = await withServerApi(options, 'viewer', (api) => api.get(`${ROOT}/rules`, DiscoveryRules))
  output.result(known, rulesText(known))
}

/** The rules of a file: a list, or an object that has it as `rules`. The server says what is wrong with each. */
function readRules(file: string): unknown {
  let read: unknown
  try {
    const text = readFileSync(file, 'utf8')
    if (text.length > MAX_RULES_LETTERS) throw new EyeNetError('too_large', `${file} is larger than 1 MB: no rules are`)
    read = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof EyeNetError) throw cause
    const code = cause instanceof SyntaxError ? 'invalid' : 'not_found'
    throw new EyeNetError(code, `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
  return typeof read === 'object' && read !== null && 'rules' in read ? read.rules : read
}

async function networks(options: ApiOptions): Promise<void> {
  const overview = await withServerApi(options, 'viewer', (api) => api.get(ROOT, DiscoveryOverview))
  outputOf(options).result(overview, networksText(overview))
}
