import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { plainText } from '@eyenet/shared/terminal'
import { SnmpAccess } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { snmpTargetOf } from '../device/device.ts'
import { type MibFacts, mibsIn, oidOfText, openMibFacts } from '../mib/mib.ts'
import {
  createMask,
  formatVarbind,
  jsonOfVarbind,
  textOfVarbind,
  type WalkEnd,
  walkDevice,
} from '../recording/recording.ts'
import { createSnmpEngine, type SnmpTarget, type Varbind } from '../snmp/snmp.ts'
import { type CredentialOptions, credentialOf, withCredentialOptions } from './credential-option.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'

type WalkOptions = CredentialOptions & {
  readonly record?: string
  readonly mask?: boolean
  readonly from?: string
  readonly max: string
  readonly port: string
  readonly timeout: string
  readonly tcp?: boolean
  readonly data: string
  readonly json?: boolean
}

/** As many values as a large router shows. */
const DEFAULT_MAX = 500_000
const MOST_MAX = 2_000_000
const PROGRESS_EVERY = 5_000

/** `walk ADDRESS`: everything that a device shows, printed or kept as a recording. */
export function walkCommand(): Command {
  const command = new Command('walk')
    .description('read everything that a device shows: print it, or keep it as a recording')
    .argument('<address>', 'host name or address')
  return withCredentialOptions(command)
    .option('--record <file>', 'write a recording (oid|tag|value, .snmprec) in place of printing')
    .option('--mask', 'replace names, contacts, serial numbers and addresses, and leave out secrets')
    .option('--from <oid>', 'only what is below an OID, such as 1.3.6.1.2.1.2 or IF-MIB::ifTable')
    .option('--max <values>', 'stop after so many values', String(DEFAULT_MAX))
    .option('--port <port>', 'UDP port, or TCP port with --tcp', '161')
    .option('--tcp', 'ask over TCP (RFC 3430)')
    .option('--timeout <seconds>', 'how long one request waits', '2')
    .option('--data <dir>', 'data folder of the agent, for MIB modules that were added', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON, a line for each value')
    .addHelpText(
      'after',
      `
Ctrl-C ends the walk and keeps what was read.
Exit status: 0 the whole was read, or as much as --max allows; 69 the device did not answer to the end.`,
    )
    .action(walk)
}

async function walk(address: string, options: WalkOptions): Promise<void> {
  if (options.mask === true && options.record === undefined) {
    throw new EyeNetError('invalid', '--mask is for recordings: name a file with --record')
  }
  const mib = openMibFacts({ userFolder: mibsIn(options.data) })
  const max = wholeNumber(options.max, '--max', MOST_MAX)
  const from = options.from === undefined ? undefined : await oidOf(options.from, mib)
  const snmp = createSnmpEngine()
  const device = snmp.device(targetOf(address, options))
  const interrupt = untilInterrupted()
  const sink = openSink(options, mib)
  try {
    let told = 0
    const limits = { max, isStopped: interrupt.isStopped, ...(from !== undefined && { from }) }
    const onProgress = (read: number, at: string): void => {
      if (read - told < PROGRESS_EVERY) return
      told = read
      process.stderr.write(`${read} values, at ${at}\n`)
    }
    const end = await walkDevice(device, { ...limits, onProgress }, sink.take)
    tell(end, options, await sink.finish())
  } catch (thrown) {
    sink.abandon()
    throw thrown
  } finally {
    interrupt.forget()
    device.close()
    snmp.close()
  }
}

function tell(end: WalkEnd, { record, mask }: WalkOptions, undescribed: number): void {
  if (record !== undefined) {
    process.stderr.write(
      `${end.read} ${end.read === 1 ? 'value is' : 'values are'} in ${record}${mask ? `, masked (${undescribed} of them no MIB describes): look through it before you share it` : ''}\n`,
    )
  }
  if (end.read === 0 && end.kind === 'whole') process.stderr.write('The device shows nothing there.\n')
  if (end.kind === 'whole') return
  process.stderr.write(`${plainText(end.problem)}\n`)
  if (end.kind === 'broken') process.exitCode = EXIT_STATUS.unavailable
}

type Sink = {
  readonly take: (varbinds: readonly Varbind[]) => void
  /** How many of the masked values no MIB describes. */
  readonly finish: () => Promise<number>
  readonly abandon: () => void
}

/** Where values go. Masking wants the whole first, since a name may stand before the object that says that it is one. */
function openSink({ record, mask, json }: WalkOptions, mib: MibFacts): Sink {
  const held: Varbind[] = []
  const file = record === undefined ? undefined : openPart(record)
  let printed = Promise.resolve()
  const write = (varbinds: readonly Varbind[]): void => {
    if (file !== undefined) file.write(varbinds)
    else printed = printed.then(() => print(varbinds, { mib, json: json === true }))
  }
  return {
    take: (varbinds) => (mask ? void held.push(...varbinds) : write(varbinds)),
    async finish() {
      let undescribed = 0
      const count = (found: number): void => {
        undescribed = found
      }
      if (mask) write(await createMask(mib, count)(held))
      await printed
      file?.keep()
      return undescribed
    },
    abandon: () => file?.drop(),
  }
}

async function print(
  varbinds: readonly Varbind[],
  how: { readonly mib: MibFacts; readonly json: boolean },
): Promise<void> {
  const lines: string[] = []
  for (const varbind of varbinds) {
    lines.push(how.json ? await jsonOfVarbind(varbind, how.mib) : await textOfVarbind(varbind, how.mib))
  }
  if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`)) {
    await new Promise((drained) => process.stdout.once('drain', drained))
  }
}

type PartFile = { write(varbinds: readonly Varbind[]): void; keep(): void; drop(): void }

/** A file that takes its name only once it is whole, readable by its owner alone. */
function openPart(name: string): PartFile {
  const part = `${name}.part`
  let file: number
  try {
    file = openSync(part, 'w', 0o600)
  } catch (cause) {
    throw new EyeNetError('invalid', `cannot write ${part}: ${messageOf(cause)}`, { cause })
  }
  return {
    write(varbinds) {
      const lines = varbinds.map(formatVarbind).filter((line) => line !== undefined)
      if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`)
    },
    keep() {
      closeSync(file)
      renameSync(part, name)
    },
    drop() {
      closeSync(file)
      rmSync(part, { force: true })
    },
  }
}

/** The first Ctrl-C ends the walk after the part that is being read; the second ends the program. */
function untilInterrupted(): { readonly isStopped: () => boolean; readonly forget: () => void } {
  let stopped = false
  const stop = (): void => {
    stopped = true
    process.stderr.write('stopping after this part\n')
  }
  process.once('SIGINT', stop)
  return { isStopped: () => stopped, forget: () => void process.removeListener('SIGINT', stop) }
}

function targetOf(address: string, options: WalkOptions): SnmpTarget {
  const credential = credentialOf(options)
  if (credential === undefined) throw new EyeNetError('invalid', 'name a credential: --community-file or --credential')
  const timeoutMs = Number(options.timeout) * 1000
  const access = SnmpAccess.safeParse({
    ...{ port: Number(options.port), credential, timeoutMs },
    ...(options.tcp && { transport: 'tcp' }),
  })
  if (access.success) return snmpTargetOf(address, access.data)
  const [issue] = access.error.issues
  throw new EyeNetError('invalid', `--${issue?.path[0] === 'timeoutMs' ? 'timeout' : 'port'}: ${issue?.message}`)
}

async function oidOf(given: string, mib: MibFacts): Promise<string> {
  const found = await oidOfText(given, mib)
  if (found !== undefined) return found
  throw new EyeNetError('not_found', `--from: no known object is called ${plainText(given)}`)
}

function wholeNumber(given: string, option: string, most: number): number {
  const number = Number(given)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new EyeNetError('invalid', `${option}: expected a whole number from 1 to ${most}`)
}
