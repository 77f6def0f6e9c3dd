import type { ComponentType, JSX } from 'preact'
import { lazy, Suspense } from 'preact/compat'
import { OverviewPage } from '../pages/overview/overview-page.tsx'
import { Empty } from '../parts/notes.tsx'
import { SkeletonRows } from '../parts/skeleton.tsx'
import { hrefOf, type Route, route } from '../router/router.ts'

const MapPage = lazy(async () => (await import('../pages/map/map-page.tsx')).MapPage)
const DevicesPage = lazy(async () => (await import('../pages/devices/devices-page.tsx')).DevicesPage)
const EndpointsPage = lazy(async () => (await import('../pages/endpoints/endpoints-page.tsx')).EndpointsPage)
const DiscoveryPage = lazy(async () => (await import('../pages/discovery/discovery-page.tsx')).DiscoveryPage)
const DevicePage = lazy(async () => (await import('../pages/device/device-page.tsx')).DevicePage)
const InterfacePage = lazy(async () => (await import('../pages/device/interface-page.tsx')).InterfacePage)
const AddDevicePage = lazy(async () => (await import('../pages/add-device/add-device-page.tsx')).AddDevicePage)
const AlertsPage = lazy(async () => (await import('../pages/alerts/alerts-page.tsx')).AlertsPage)
const AlertPage = lazy(async () => (await import('../pages/alerts/alert-page.tsx')).AlertPage)
const AnomaliesPage = lazy(async () => (await import('../pages/anomalies/anomalies-page.tsx')).AnomaliesPage)
const AnomalyPage = lazy(async () => (await import('../pages/anomalies/anomaly-page.tsx')).AnomalyPage)
const AgentsPage = lazy(async () => (await import('../pages/agents/agents-page.tsx')).AgentsPage)
const EnrolPage = lazy(async () => (await import('../pages/agents/enrol-page.tsx')).EnrolPage)
const ConfigurationPage = lazy(
  async () => (await import('../pages/configuration/configuration-page.tsx')).ConfigurationPage,
)
const ToolsPage = lazy(async () => (await import('../pages/tools/tools-page.tsx')).ToolsPage)
const QueryPage = lazy(async () => (await import('../pages/query/query-page.tsx')).QueryPage)
const SettingsPage = lazy(async () => (await import('../pages/settings/settings-page.tsx')).SettingsPage)

/** The page at the present address; all but the overview are fetched when they are first opened. */
export function PageHere(): JSX.Element {
  return (
    <Suspense
      fallback={
        <div class="sheet">
          <SkeletonRows rows={8} what="the page" />
        </div>
      }
    >
      <Chosen to={route.value} />
    </Suspense>
  )
}

function Chosen({ to }: { to: Route }): JSX.Element {
  switch (to.kind) {
    case 'overview':
      return <OverviewPage />
    case 'device':
      return <DevicePage id={to.id} tab={to.tab} />
    case 'interface':
      return <InterfacePage id={to.id} name={to.name} />
    case 'alert':
      return <AlertPage id={to.id} />
    case 'anomaly':
      return <AnomalyPage id={to.id} />
    case 'discovery':
      return <DiscoveryPage section={to.section} />
    case 'settings':
      return <SettingsPage section={to.section} />
    case 'nowhere':
      return (
        <div class="sheet">
          <Empty
            title="There is no such page"
            action={
              <a class="button" href={hrefOf({ kind: 'overview' })}>
                Overview
              </a>
            }
          >
            {`Nothing is at ${to.path}. The link may be old.`}
          </Empty>
        </div>
      )
    default: {
      const Page = SIMPLE[to.kind]
      return <Page />
    }
  }
}

const SIMPLE: Record<
  | 'map'
  | 'devices'
  | 'endpoints'
  | 'add-device'
  | 'alerts'
  | 'anomalies'
  | 'agents'
  | 'enrol'
  | 'configuration'
  | 'tools'
  | 'query',
  ComponentType
> = {
  map: MapPage,
  devices: DevicesPage,
  endpoints: EndpointsPage,
  'add-device': AddDevicePage,
  alerts: AlertsPage,
  anomalies: AnomaliesPage,
  agents: AgentsPage,
  enrol: EnrolPage,
  configuration: ConfigurationPage,
  tools: ToolsPage,
  query: QueryPage,
}
