import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { plainText } from '@eyenet/shared/terminal'
import { Command } from 'commander'
import type { ControlDb } from '../db/db.ts'
import type { Authority, Issued } from '../pki/pki.ts'
import { DEFAULT_DATA_FOLDER, withDatabase } from './data-folder.ts'
import { outputOf } from './output.ts'
import { vaultOfFolder } from './vault-folder.ts'

type Options = { readonly data: string; readonly config?: string; readonly json?: boolean }
type IssueOptions = Options & { readonly out: string; readonly days: string }

const pki = () => import('../pki/pki.ts')
const MAX_DAYS = 365
const CLI = { name: 'cli', address: 'local' }

/** `pki show | ca | crl | revoke | issue-server | issue-client`. */
export function pkiCommand(): Command {
  const command = new Command('pki').description("the server's certificate authority and the certificates of agents")
  const add = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option('--data <dir>', 'data folder of the server, running or not', DEFAULT_DATA_FOLDER)
      .option('--config <file>', 'the YAML file of the server, where it names the key file of secrets')
      .option('--json', 'print JSON')
  add('show', 'tell the fingerprint of the authority and the certificate of each agent').action(show)
  add('ca', 'print the certificate of the authority, PEM').action(ca)
  add('crl', 'print the list of revoked certificates, PEM; good for 7 days').action(crl)
  add('revoke', "end an agent's credentials for good, or one certificate; a running server cuts it off in 2 seconds")
    .argument('<agent>', 'id of the agent, or a serial number')
    .action(revoke)
  add('issue-server', 'make a certificate for a broker or proxy beside the server')
    .argument('<name...>', 'its host names and addresses, the main one first')
    .requiredOption('--out <dir>', 'folder for server.pem, server.key and ca.pem')
    .option('--days <days>', `how long it is good, ${MAX_DAYS} at most`, '90')
    .action(issueServer)
  add('issue-client', 'make a certificate with which this server, or a program, logs in to a broker beside it')
    .argument('<name>', "its name there, such as eyenet-server; no agent's id")
    .requiredOption('--out <dir>', 'folder for client.pem, client.key and ca.pem')
    .option('--days <days>', `how long it is good, ${MAX_DAYS} at most`, '90')
    .action(issueClient)
  return command
}

async function show(options: Options): Promise<void> {
  await withAuthority(options, async ({ db, authority }) => {
    const rows = await db
      .selectFrom('agent_certificates')
      .leftJoin('agents', 'agents.id', 'agent_certificates.agent')
      .select(['agent', 'agents.name', 'serial', 'expires_at', 'used_at', 'agent_certificates.revoked_at'])
      .orderBy('agents.name')
      .orderBy('issued_at')
      .execute()
    const certificates = rows.map((row) => ({
      ...{ agent: row.agent, name: plainText(row.name ?? '(removed)'), serial: row.serial },
      expiresAt: row.expires_at,
      state: stateOf(row),
    }))
    const lines = certificates.map(({ agent, name, serial, expiresAt, state }) =>
      [agent, serial, new Date(expiresAt).toISOString().slice(0, 10), state.padEnd(8), name].join('  '),
    )
    const { fingerprint } = authority
    outputOf(options).result({ fingerprint, certificates }, [`authority ${fingerprint}`, ...lines].join('\n'))
  })
}

function stateOf(row: { revoked_at: EpochMs | null; used_at: EpochMs | null; expires_at: EpochMs }): string {
  if (row.revoked_at !== null) return 'revoked'
  if (row.expires_at <= Date.now()) return 'expired'
  return row.used_at === null ? 'unused' : 'good'
}

async function ca(options: Options): Promise<void> {
  await withAuthority(options, async ({ authority: { certificate, fingerprint } }) =>
    outputOf(options).result({ certificate, fingerprint }, certificate.trimEnd()),
  )
}

async function crl(options: Options): Promise<void> {
  await withAuthority(options, async ({ db, authority, now }) => {
    const { revocations } = await pki()
    const revoked = await revocations(db, now)
    const text = await authority.signCrl(revoked, now)
    outputOf(options).result({ crl: text, revoked }, text.trimEnd())
  })
}

async function revoke(which: string, options: Options): Promise<void> {
  const { revokeAgent, revokeSerial } = await pki()
  const { localAudit } = await import('../auth/auth.ts')
  await withDatabase(options.data, async (db) => {
    const now = epochMs(Date.now())
    const id = AgentId.safeParse(which)
    const agent = id.success ? id.data : await revokeSerial(db, which, now)
    if (id.success) await revokeAgent(db, agent, now)
    await localAudit(db).record(CLI, 'agent.revoke', which)
    const what = id.success ? `the agent ${agent} cannot connect any more` : `certificate ${which} of ${agent} is void`
    outputOf(options).result({ agent, ...(!id.success && { serial: which }) }, what)
  })
}

async function issueServer(names: readonly string[], options: IssueOptions): Promise<void> {
  await issueTo(options, { stem: 'server', names }, ({ authority, now }, { key, days }) =>
    authority.signServer({ names, key, days }, now),
  )
}

async function issueClient(name: string, options: IssueOptions): Promise<void> {
  await issueTo(options, { stem: 'client', names: [name] }, ({ authority, now }, { key, days }) =>
    authority.signClient({ name, key, days }, now),
  )
}

type Wish = { readonly stem: string; readonly names: readonly string[] }
type Sign = (world: World, made: { readonly key: KeyObject; readonly days: number }) => Promise<Issued>

/** Makes a key, and writes it with its certificate and that of the authority into the folder. */
async function issueTo(options: IssueOptions, { stem, names }: Wish, sign: Sign): Promise<void> {
  const days = Number(options.days)
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new EyeNetError('invalid', `--days ${options.days} is no whole number from 1 to ${MAX_DAYS}`)
  }
  await withAuthority(options, async (world) => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { certificate, serial, expiresAt } = await sign(world, { key, days })
    const ca = world.authority.certificate
    const files = {
      [`${stem}.key`]: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      [`${stem}.pem`]: certificate + ca,
      'ca.pem': ca,
    }
    try {
      mkdirSync(options.out, { recursive: true, mode: 0o700 })
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(options.out, name), text, { mode: name.endsWith('.key') ? 0o600 : 0o644 })
      }
    } catch (cause) {
      throw new EyeNetError('unavailable', `cannot write to ${options.out}: ${messageOf(cause)}`, { cause })
    }
    const until = new Date(expiresAt).toISOString().slice(0, 10)
    const text = `${Object.keys(files).join(', ')} are in ${options.out}, good until ${until}`
    outputOf(options).result({ serial, expiresAt, names, folder: options.out }, text)
  })
}

type World = { readonly db: ControlDb; readonly authority: Authority; readonly now: EpochMs }

async function withAuthority(options: Options, work: (world: World) => Promise<void>): Promise<void> {
  const { openAuthority } = await pki()
  await withDatabase(options.data, async (db) => {
    const now = epochMs(Date.now())
    const authority = await openAuthority(db, await vaultOfFolder(options.data, options.config), now)
    await work({ db, authority, now })
  })
}
