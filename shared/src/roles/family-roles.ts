import type { DeviceRole } from './device-roles.ts'

/** Families, by the short name of their system, that are of one role whatever their model. */
const FAMILIES: Readonly<Partial<Record<DeviceRole, string>>> = {
  switch: `axos cmm cmm4 zxr10 ies52xxM adva-xg300 altalabs transition ciena-saos nxos sanos catos cat1900
    cisco-ucs-fi ucs exalink-fusion merakims procurve hpe-switch hpvc arubaos-cx
    juniperex2500os extremeware xos voss boss enterasys hiveos-network fabos nos slx fortiswitch ftos dnos os10
    aruba-instant-on edgecos sonic allied awplus allied-tq radlan dlink zynos ies5000 ies jetstream trendnet
    linksys-ss planetos dcn-software qtech raisecom fs-switch fs-centec fs-bdcom fs-gbn gwd fs-nmu bdcom snr
    eltex-mes23xx eltex-mes21xx eltex-mes24xx eltex-olt mypoweros datacom datacom-dmos cts ctcu microsens
    microsens-g6 nexans hirschmann weos ros moxa-etherdevice moxa-eds-4000-series etherwan ntron lcossx elg-ipecs-es
    alaxala aos6 aos aos7 nokia-isam dasan-nos zxa10 slms calix exa occamos fiberhome fiberhome-switch binox binos
    ocnos cumulus picos mellanox ibmnos cnos bnt quanta edgeswitch edgeosolt netonix swos cdata vsol hyperion
    smartbyte waystream gigavue vubiq kti supermicro-switch pbn topvision cnmatrix grandstream-sw arista_eos
    arista-mos smartax smartax-mdu foundryos ironware scalance sixnet anyos turboiron ruijie fibrolan
    microsemipdsine ifotec imcopower-ls110 mrvld mrv-od adva-fsp150cp adva-fsp150 ctm benuos tycon`,
  router: `smartnode zxv10 gemds fortiextender iosxr staros viptela ciscowan junose vxoa seos redback draytek
    prestige firebrick wipipe netmodule
    rutos-rutx rutos-2xx pepwave viprinux oneaccess bintec-smart bintec-beip-plus lcos ericsson-ipos ericsson-6600
    necix vyatta vyos pktj inteno edgeos icotera versa velocloud speedtouch bcm963 pbn-cp asuswrt-merlin ddwrt
    openwrt freshtomato tomato ubiquoss cxr-ts icr-os keeneticos teldat flexbng zxdsl ascend netopia forcepoint-fe
    motorola-cm arris-cm arris-c4 arris-c3 casa-dcts rad-rici adtran-aos uhp idirect`,
  firewall: `bluecoat-sg ftd asa pixos fxos merakimx screenos fortigate fortios panos gaia fireware sonicwall
    stormshield ns-bsd
    stoneos forcepoint cyberoam-utm sophos-xg sophos barracudangfirewall barracudawafirewall fortiweb tippingpoint
    cips mlos-nsp zywall zyxelusg pfsense opnsense endian m0n0wall pulse mcafeewebgateway apsoluteos arbos fireeye
    sgos cas asyncos fortimail barracudaspamfirewall`,
  'access-point': `ubiquiti-airos merakimr ciscowap aruba-instant stellar hiveos-wireless ruckuswireless-hotzone
    ruckuswireless-unleashed fortiap dlinkap zyxelnwa lcoslx unifi airos airos-af60 airos-af airos-af-ltu infinity
    deliberant epmp cnpilotr cnpilote ptp250 ptp500 ptp600 ptp650 ptp670 ptp700 ptp800 cnwave60 pmp mimosa ceraos
    fibeair aviat-wtm horizon-compact horizon-duo horizon-compactplus horizon-quantum harmony-enhanced saf
    saf-integra-b saf-cfm saf-integra-w saf-integra-e saf-integra-x alfo80hd siklu radwin extendair apex-lynx sub10
    ray ray3 aprisa proxim tranzeo engenius xirrus_aos xirrus-aos ignitenet baicells-od04 tachyon wis-bridge
    alcoma-almp mni alvarion-breeze hytera tait-infra93 rajant airport altalabs-ap ligowave-ligodlb albentia
    hp-wireless`,
  'wireless-controller': `ciscowlc juniper-mss hpmsm arubaos airwave ewc ruckuswireless ruckuswireless-sz fortiwlc
    zyxelwlc wing ucopia symbol`,
  'load-balancer': `acsw f5 f5os netscaler acos alteonos fortiadc barracudaloadbalancer aloha loadbalancer kemp
    serveriron ciscosce waas rios exinda packetshaper arrayos procera jwos`,
  server: `alcatel-omnipcx peakflow solaris openindiana opensolaris hpux netbsd openbsd freebsd dragonfly aix
    ibm-i netware openvms coreos
    cimc ciscoise acs apic primeinfrastructure cucm ucos vcs tpconductor acano hpblmos clearpass ibmc ibm-amm
    ibm-imm hpe-ilo hpe-proliant drac dell-ome-m fujitsu-irmc supermicro-bmc lenovo-xcc insyde-bmc oracle-ilom
    fortiauthenticator fortivoice fortisandbox nios solidserver bluecatnetworks arcos opengear trippliteconsole
    avocent raritan-kvm perle lantronix-slc lantronix-uds moxa-nport microsemitime symmetricom mbg-meinbergos
    meinberg spectracom endrun mobileiron extrahop zimbra unitrends veeam greenbone broadworks mirth halon voswall
    avaya-ipo vega sonus-gsx sonus-sbc oracle-sbc audiocodes msl mitel-mcd innovaphone asterisk univerge
    elg-ipecs-ucp allworx-voip cirpack raspbian remoteye4 nitro mlos-atd symantec primekey-sw teradici-pcoip
    vmware-vcsa axisdocserver ixia anue endace asrockrack`,
  hypervisor: `vmware-esxi proxmox nutanix-aos`,
  storage: `oceanstor dsm qnap quantastor truenas truenas-scale nas4free nexenta storwize ibm-tl ibmtl bdt-flexstor
    dell-compellent buffalo lenovoemc equallogic onefs datadomain emc flareos netapp nimbleos purestorage tegile
    informos hpe-msa hpe-msl powervault dell-powervault fujitsueternusos svos infortrend eurostor areca quantum
    ddnos exagrid readynas unraid`,
  printer: `jetdirect dell-laser xerox ricoh gestetner lanier savin nrg infotec samsungprinter lexmarkprinter
    toshiba-tec epson kyocera canonprinter okilan sharp brother zebra esi konica developprinter oki seh toshiba tsc`,
  ups: `netvision huaweiups apc-mgeups eaton-mgeups eatonups dell-ups deltaups deltaorion ge-ups gepulsar generex-ups
    rfc1628_compat webpower-smart2 netmanplus gamatronicups cxc enexus eltekwebpower valere morningstar ict-mps
    ict-psu abbups hpe-rtups poweralert cyberpower netagent2 logmaster powerwalker eaton-matrix vertiv-ita2
    vertiv-netsure algcom-dc-ups socomec-ups samlexamerica linux-ups marathon-ups ups-nut ibm-ups orvaldi-ups
    alpha-power apex-plus eaton-sc200 eaton-sc300 huawei-smu himoinsa-gen-set`,
  pdu: `ets apc-cpdu apc-epdu eaton-ats eaton-mgepdu eatonpdu geist-pdu vertiv-pdu ats ipoman hpe-mapdu hpe-pdu
    hpe-ipdu
    dell-rpdu sentry3 sentry4 raritan-pdu avocent-pdu avocent-mp enlogic-pdu schleifenbauer conteg-pdu gude-epc
    panduit panduit-eagle rnx-updu wti-mpc iboot atenpdu powertek-pdu digipower ict-pdu cpi-pdu enconnex chatsworth
    fs-net-pdu socomec-pdu hwg-pwr westmountainradio algcom-pdu-08p-ac bats`,
  camera: `axiscam avigilon-cam vivotek illustra hikvision-cam hikvision-nvr dahua-nvr bosch boschcpp ionodes`,
  phone: `vccodec ciscospa polycom grandstream-ht grandstream-gxw snom heliosip ascom stentofon dkt-comega`,
  sensor: `snr-erd apc-inrow aos-emu2 apc-netbotz netbotz powerlogic raritan-emx geist-watchdog wxgoos jacarta e3meter
    janitza akcp avtech serverscheck controlbox hwg-ste hwg-ste2 hwg-poseidon hwg-damocles hwg-wld bke websensor eds
    vutlan uniping papouch-tme teracom wut-com sensatronics ntienviromux dantherm-os stulz siteboss siteboss360
    netguardian webmon gude-esb rittal-cmc rittal-cmc-iii-pu rittal-lcp pcoweb pcoweb-rittalchiller
    pcoweb-rittal-lcp-3311 sitemonitor esphome vertiv-dcs minkelsrms`,
}

/** The role of each family that has one. */
export const FAMILY_ROLES: ReadonlyMap<string, DeviceRole> = new Map(
  rolesOfFamilies().flatMap(({ role, families }) => families.map((family) => [family, role] as const)),
)

function rolesOfFamilies(): { role: DeviceRole; families: readonly string[] }[] {
  const found: { role: DeviceRole; families: readonly string[] }[] = []
  let role: keyof typeof FAMILIES
  for (role in FAMILIES) found.push({ role, families: (FAMILIES[role] ?? '').split(/\s+/).filter((one) => one !== '') })
  return found
}
