import {
  type SnmpAccess,
  type SnmpRow,
  type SnmpWhom,
  TASK_LIMITS,
  type Task,
  type TaskEnd,
  type TaskReply,
} from '@eyenet/shared/wire'
import { snmpTargetOf } from '../device/device.ts'
import { type MibFacts, oidOfText } from '../mib/mib.ts'
import { isSecretObject, varbindParts, walkDevice } from '../recording/recording.ts'
import { describeOutcome, type SnmpDevice, type Varbind } from '../snmp/snmp.ts'
import type { RemoteParts } from './remote-parts.ts'
import type { TaskRun } from './task-run.ts'

type GetTask = Extract<Task, { kind: 'snmp-get' }>
type WalkTask = Extract<Task, { kind: 'snmp-walk' }>

/** Values of one request: when a device falls silent, no more of what it said is lost. */
const ROWS_AT_ONCE = 100
/** A question that is out when the time is over is given up after this. */
const GRACE_MS = 500
const SECRET = '(left out: it lets one in somewhere)'

type Answered = { readonly ended: TaskEnd; readonly message: string; readonly rows: SnmpRow[] }

/** SNMP get and walk of a watched device, or of an address with credentials that came with the task. */
export async function askSnmp(task: GetTask | WalkTask, run: TaskRun, parts: RemoteParts): Promise<TaskReply> {
  const head = { kind: task.kind, id: task.id }
  const access = accessOf(task.whom, parts)
  if (access === undefined) {
    const message = 'This agent does not watch that device, or not by SNMP; name an address and a credential.'
    return { ...head, ended: 'failed', message, rows: [] }
  }
  const device = parts.snmp.device(snmpTargetOf(access.address, access.snmp))
  const giveUp = (): void => void parts.clock.after(GRACE_MS, () => device.close())
  run.signal.addEventListener('abort', giveUp, { once: true })
  try {
    const answered =
      task.kind === 'snmp-get' ? await get(task, { device, run, parts }) : await walk(task, { device, run, parts })
    const message = (run.whyStopped ?? answered.message).slice(0, 1_000)
    return { ...head, ...answered, ended: run.endOf(answered.ended), message }
  } finally {
    run.signal.removeEventListener('abort', giveUp)
    device.close()
  }
}

function accessOf(
  whom: SnmpWhom,
  parts: RemoteParts,
): { readonly address: string; readonly snmp: SnmpAccess } | undefined {
  return 'device' in whom ? parts.accessOf(whom.device) : whom
}

type Asking = { readonly device: SnmpDevice; readonly run: TaskRun; readonly parts: RemoteParts }

async function get({ oids }: GetTask, { device, parts: { mib } }: Asking): Promise<Answered> {
  const found: string[] = []
  for (const oid of oids) {
    const known = await oidOfText(oid, mib)
    if (known === undefined) return { ended: 'failed', message: unknown(oid), rows: [] }
    found.push(known)
  }
  const outcome = await device.get(found)
  if (outcome.kind !== 'ok') return { ended: 'failed', message: describeOutcome(outcome, device.target), rows: [] }
  const rows = new Rows(mib)
  for (const varbind of outcome.value) await rows.add(varbind)
  return { ended: rows.isFull ? 'limit' : 'whole', message: '', rows: rows.all }
}

async function walk(task: WalkTask, { device, run, parts }: Asking): Promise<Answered> {
  const from = await oidOfText(task.from, parts.mib)
  if (from === undefined) return { ended: 'failed', message: unknown(task.from), rows: [] }
  const rows = new Rows(parts.mib)
  let adding = Promise.resolve()
  const limits = {
    ...{ from, max: task.maxRows, atOnce: ROWS_AT_ONCE },
    isStopped: () => run.signal.aborted || rows.isFull,
    mayAsk: () => !run.signal.aborted,
    onProgress: (done: number, at: string) => parts.progress({ kind: 'progress', id: task.id, done, at }),
  }
  const end = await walkDevice(device, limits, (varbinds) => {
    adding = adding.then(async () => {
      for (const varbind of varbinds) await rows.add(varbind)
    })
  })
  await adding
  const bound = `There is more: a reply holds ${task.maxRows} values here, and ${TASK_LIMITS.bytes} octets at most.`
  if (rows.isFull || end.kind === 'limit') return { ended: 'limit', message: bound, rows: rows.all }
  if (end.kind === 'whole')
    return { ended: 'whole', message: rows.all.length > 0 ? '' : 'The device shows nothing there.', rows: rows.all }
  return { ended: 'failed', message: end.problem, rows: rows.all }
}

const unknown = (oid: string): string => `No known MIB defines ${oid}: add the MIB, or give digits.`

/** Values as people read them, as many as a reply holds. */
class Rows {
  readonly all: SnmpRow[] = []
  readonly #mib: MibFacts
  #bytes = 0
  #isFull = false

  constructor(mib: MibFacts) {
    this.#mib = mib
  }

  get isFull(): boolean {
    return this.#isFull
  }

  async add(varbind: Varbind): Promise<void> {
    if (this.#isFull) return
    const { name, type, text } = await varbindParts(varbind, this.#mib)
    const fact = (await this.#mib.lookup(varbind.oid))?.fact
    const shown = isSecretObject(varbind.oid, fact) ? SECRET : text
    const row = { oid: varbind.oid, name: name.slice(0, 1_700), type, text: shown.slice(0, 1_100) }
    this.#bytes += Buffer.byteLength(JSON.stringify(row))
    if (this.#bytes > TASK_LIMITS.bytes || this.all.length >= TASK_LIMITS.rows) this.#isFull = true
    else this.all.push(row)
  }
}
