import type { InterfaceResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Spark } from '../../chart/spark.tsx'
import { type Sparks, useInterfaceSparks } from '../../chart/use-sparks.ts'
import { macNumber } from '../../format/mac-number.ts'
import { Figure } from '../../parts/figure.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf, navigate } from '../../router/router.ts'
import type { Column } from '../../table/column.ts'
import { ListSection } from '../../table/list-section.tsx'
import { interfaceMark } from './interface-words.ts'

type Props = { readonly device: string; readonly all: readonly InterfaceResource[] }

const textOf = (one: InterfaceResource): string =>
  `${one.interface} ${one.ifAlias} ${one.ifDescr} ${one.mac} ${interfaceMark(one).word}`

/** Its ports, with what they carry. */
export function InterfacesTable({ device, all }: Props): JSX.Element {
  return (
    <ListSection
      id="interfaces"
      title="Interfaces"
      columns={interfaceColumns(device, useInterfaceSparks(device))}
      all={all}
      keyOf={(one) => one.interface}
      textOf={textOf}
      sorting={{ column: 'index', descending: false }}
      placeholder="Name, description or MAC"
      onOpen={(one) => navigate(hrefOf({ kind: 'interface', id: device, name: one.interface }))}
      maxHeight="screen"
    />
  )
}

type Col = Column<InterfaceResource>

function interfaceColumns(device: string, sparks: Sparks): readonly Col[] {
  return [
    {
      id: 'state',
      title: 'State',
      width: '56px',
      cell: (one) => <StateMark {...interfaceMark(one)} bare />,
      sort: (one) => one.operStatus,
      text: (one) => interfaceMark(one).word,
    },
    {
      id: 'index',
      title: 'Name',
      cell: (one) => (
        <>
          <a class="name cut-start" href={hrefOf({ kind: 'interface', id: device, name: one.interface })}>
            <bdi>{one.interface}</bdi>
          </a>
          <span class="second">{one.ifAlias || interfaceMark(one).word}</span>
        </>
      ),
      sort: (one) => one.interface,
      text: (one) => one.interface,
    },
    {
      id: 'alias',
      title: 'Description',
      hide: 'small',
      cell: (one) => <span class="quiet">{one.ifAlias || one.ifDescr}</span>,
      sort: (one) => one.ifAlias || one.ifDescr,
      text: (one) => one.ifAlias,
    },
    {
      id: 'mac',
      title: 'MAC',
      width: '150px',
      hide: 'large',
      cell: (one) => <span class="mono quiet">{one.mac}</span>,
      sort: (one) => macNumber(one.mac),
      text: (one) => one.mac,
    },
    bits({ id: 'speed', title: 'Speed', of: (one) => one.speedBps }, 'medium'),
    {
      id: 'spark',
      title: '',
      width: '116px',
      hide: 'small',
      cell: (one) => <Spark values={sparks.get(one.interface)} />,
    },
    bits({ id: 'in', title: 'In', of: (one) => one.inBps }),
    bits({ id: 'out', title: 'Out', of: (one) => one.outBps }),
    {
      id: 'errors',
      title: 'Errors',
      width: '96px',
      number: true,
      hide: 'small',
      largestFirst: true,
      cell: (one) => <Errors value={errorsOf(one)} />,
      sort: errorsOf,
      text: errorsOf,
    },
  ]
}

type BitsColumn = {
  readonly id: string
  readonly title: string
  readonly of: (one: InterfaceResource) => number | undefined
}

function bits({ id, title, of }: BitsColumn, hide?: 'medium'): Col {
  const cell = (one: InterfaceResource): JSX.Element => <Figure value={of(one)} unit="bits_per_second" />
  return {
    id,
    title,
    width: '104px',
    number: true,
    largestFirst: true,
    cell,
    sort: of,
    text: of,
    ...(hide && { hide }),
  }
}

function errorsOf(one: InterfaceResource): number | undefined {
  if (one.inErrorsPerSecond === undefined && one.outErrorsPerSecond === undefined) return undefined
  return (one.inErrorsPerSecond ?? 0) + (one.outErrorsPerSecond ?? 0)
}

function Errors({ value }: { value: number | undefined }): JSX.Element {
  if (value === 0) return <span class="none">0</span>
  return <Figure value={value} unit="per_second" />
}
