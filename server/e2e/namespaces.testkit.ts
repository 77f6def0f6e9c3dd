import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { startChild } from './child.testkit.ts'
import type { Stage } from './stage.testkit.ts'

export const ip = (...words: readonly string[]): void => {
  execFileSync('ip', words, { stdio: 'pipe' })
}

/** A bridge's mask for frames to 01:80:c2:00:00:0e (LLDP): a cheap switch passes them on, a good one does not. */
export const PASSES_LLDP = 0x4000

/** A network namespace that goes with the stage. */
export function addSpace(stage: Stage, space: string): void {
  ip('netns', 'add', space)
  stage.onClose(async () => ip('netns', 'delete', space))
  ip('-n', space, 'link', 'set', 'lo', 'up')
}

/** A device in a namespace of its own; its files lie in the folder. `engine`: nobody else's. */
export type Speaker = {
  readonly space: string
  readonly name: string
  readonly engine: string
  readonly folder: string
}

const fileOf = ({ folder, name }: Speaker, suffix: string): string => `${folder}/${name}.${suffix}`

/** Answers SNMP v2c, community public. */
export async function startSnmpd(stage: Stage, speaker: Speaker, address: string): Promise<void> {
  const { space, name, engine, folder } = speaker
  const lines = ['master agentx', `agentXSocket ${fileOf(speaker, 'agentx')}`, 'rocommunity public', `sysName ${name}`]
  const config = fileOf(speaker, 'conf')
  writeFileSync(config, `engineID ${engine}\n${lines.join('\n')}\n`, { mode: 0o600 })
  const words = ['-f', '-Lo', '-C', '-c', config, '-I', '-smux', `udp:${address}`]
  const env = { SNMP_PERSISTENT_DIR: folder, MIBS: '' }
  const snmpd = startChild('ip', ['netns', 'exec', space, 'snmpd', ...words], { env })
  stage.onClose(() => snmpd.kill())
  await snmpd.line((line) => line.includes('NET-SNMP version'))
}

/** Announces the device at its ports eth0, eth1, ..., and tells snmpd of whom it hears. */
export function startLldpd(stage: Stage, speaker: Speaker): void {
  const { space, name } = speaker
  const daemon = `hostname ${name} && exec lldpd -d -x -X ${fileOf(speaker, 'agentx')} -u ${fileOf(speaker, 'ctl')} -I 'eth*'`
  const lldpd = startChild('ip', ['netns', 'exec', space, 'unshare', '--uts', 'sh', '-c', daemon], {
    env: { MIBS: '' },
  })
  stage.onClose(async () => {
    // Its own end tells its helper, which keeps the namespace else.
    lldpd.signal('SIGTERM')
    await lldpd.ended
  })
}

/** Whether it hears all of them. Announces it too: of its own accord it would do so each 30 s. */
export function hearsAll(speaker: Speaker, names: readonly string[]): boolean {
  const ask = (...words: string[]) =>
    execFileSync('lldpcli', ['-u', fileOf(speaker, 'ctl'), ...words], { stdio: 'pipe' }).toString()
  ask('update')
  const heard = ask('-f', 'keyvalue', 'show', 'neighbors')
  return names.every((other) => heard.includes(`.chassis.name=${other}\n`))
}
