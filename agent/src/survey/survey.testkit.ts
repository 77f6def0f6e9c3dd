import { FakeSnmp } from '../device/fake-snmp.testkit.ts'
import type { SnmpValue } from '../snmp/snmp.ts'
import { createReader, type SurveyReader } from './survey.ts'

/**
 * A device out of lines `OID = VALUE`: a number, `"text"`, `hex:00 1b ..`, `oid:1.3.6`, or `ip:192.0.2.1`. OIDs that
 * begin with `e.` are below 1.3.6.1.4.1, with `m.` below 1.3.6.1.2.1.
 */
export function readerOf(lines: string): SurveyReader {
  const fake = new FakeSnmp()
  for (const line of lines.split('\n')) {
    const equals = line.indexOf(' = ')
    if (equals < 0) continue
    const oid = line.slice(0, equals).trim().replace(/^e\./, '1.3.6.1.4.1.').replace(/^m\./, '1.3.6.1.2.1.')
    fake.set(oid, snmpValue(line.slice(equals + 3).trim()))
  }
  return createReader(
    fake.engine().device({ address: '192.0.2.1', credential: { version: '2c', community: 'public' } }),
  )
}

function snmpValue(text: string): SnmpValue {
  if (text.startsWith('"')) return { kind: 'octets', value: new TextEncoder().encode(text.slice(1, -1)) }
  if (text.startsWith('hex:')) return { kind: 'octets', value: Buffer.from(text.slice(4).replaceAll(' ', ''), 'hex') }
  if (text.startsWith('oid:')) return { kind: 'oid', value: text.slice(4) }
  if (text.startsWith('ip:')) return { kind: 'address', value: text.slice(3) }
  return { kind: 'gauge32', value: Number(text) }
}
