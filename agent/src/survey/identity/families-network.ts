/** Switches, routers, firewalls and balancers of the large vendors. The form of a line is in family.ts. */
export const NETWORK_FAMILIES = `
9 ios
9.1 iosxr ~ IOS XR|IOS-XR
9.1 iosxe ~ IOS-XE|IOSXE|LINUX_IOSD|CAT3K_CAA|CAT9K|ASR1000|ASR920|_IOSXE|IOS XE|CSR1000V|ISR4|ISR Software|ARMV8
9.1 nxos ~ NX-OS
9.1 sanos ~ SAN-OS
9.1 ftd ~ Firepower Threat Defense
9.1 asa ~ Adaptive Security Appliance
9.1 pixos ~ PIX|Firewall Services Module
9.1 fxos ~ FX-OS|FXOS
9.1 ciscowlc ~ Cisco Controller|Wireless LAN Controller|Cisco Business Wireless
9.1 ciscowlc 828 926 1069 1279 1293 1295 1615 1631 1645 1926 2026 2170 2171 2371 2391 2427 2489 2530
9.1 cimc ~ Cisco Integrated Management Controller|CIMC
9.1 ciscoise ~ Identity Services Engine
9.1 acs ~ Access Control System
9.1 acs 1116 1117
9.1 acsw ~ Application Control
9.1 acsw 824 1291
9.1 apic ~ APIC VERSION|APIC-SERVER
9.1 ucos 1348
9.1 ucos ~ Linux release:|Unified Communications
9.1 ciscosce ~ Service Control
9.1 waas ~ Wide Area Application
9.1 cips ~ Intrusion Prevention System
9.1 ciscosb 1058 1059 1060 1061 1062 1063 1064 1176 1177
9.1 ciscosb ~ -port 10/100/1000 Ethernet Switch
9.1 primeinfrastructure ~ Prime Infrastructure
9.1 catos ~ Catalyst Operating System
9.1 ciscospa ~ SPA112|SPA122|SPA232
9.1 cucm ~ Cisco Unity
9.1 ios ~ ^Cisco IOS Software, C|IOS (tm)|IE3200
9.5 catos
9.5.18 cat1900
9.6.1 ciscosb
9.6.1.23 ciscospa
9.6.1 ciscospa ~ SPA112|SPA122|SPA2102|SPA3102|SPA8000
9.12.3.1.3 nxos
9.12.3.1.3 sanos ~ SAN-OS
9.12.3.1.3 fxos ~ FX-OS
9.12.3.1.3 ucs 847 899 1062
5596.130 vcs
5596.150 vccodec
5596.180 tpconductor
8164 staros
14179 ciscowlc
15497 asyncos
29671 merakimr ~ Meraki MR|Access Point
29671 merakims ~ Meraki MS|Switch
29671 merakimx ~ Meraki MX|Meraki Z
29671.2.1 merakimx
43296 exalink-fusion
41916 viptela
351 ciscowan
1429 ciscodcm
1429.2.2.6.5 ciscosat
1429.3940 ciscoepc
* acsw ~ Cisco Application Control
* cips ~ Cisco Intrusion Prevention
* fxos ~ Cisco FX-OS
* pixos @Cisco ~ Cisco PIX
* ons @Cisco ~ Cisco ONS
* merakims @Meraki ~ Meraki MS
* merakimx @Meraki ~ Meraki MX
* merakimr @Meraki ~ Meraki MR
* acano @Cisco ~ ^Acano
* nxos @Cisco ~ Cisco NX-OS
* iosxr @Cisco ~ Cisco IOS XR
* iosxe @Cisco ~ IOS-XE Software
* ios @Cisco ~ Cisco IOS Software|Cisco Internetwork Operating System
2636 junos
1411.102 juniperex2500os
3224 screenos
4874 junose
8239 jwos
14525 juniper-mss
* junos @Juniper ~ kernel JUNOS
12532 pulse
11 procurve ~ ProCurve|ProVision
11.2.3.7.11 procurve
11.2.3.7.8 hpe-switch
11.2.3.7.15 hp-wireless
11.5.7.1.2 hpblmos
11.5.7.5 hpvc
43 3com
43.1.16 comware
43.45 comware
25506 comware
25506.11 comware @HPE
8744 hpmsm
14823.1.1 arubaos
14823.1.2 aruba-instant
14823.1.6 clearpass
14823 arubaos
47196.4.1 arubaos-cx
23867 vxoa
* clearpass @Aruba ~ ClearPass
* airwave @Aruba ~ AirWave
30065 arista_eos
2011 vrp
2011.2 yunshan ~ YunShan OS
2011.2.91 oceanstor
2011.2 oceanstor ~ ISM SNMP Agent|OceanStor
34774 oceanstor
2011.2.80 smartax
2011.2.115 smartax
2011.2.123 smartax
2011.2.133 smartax
2011.2 smartax ~ Integrated Access Software
2011.2.169 smartax-mdu
2011.2.184 smartax-mdu
2011.2.185 smartax-mdu
2011.2.186 smartax-mdu
2011.2.227 smartax-mdu
2011.2.235 ibmc
2011.6.164 huawei-smu
2011.6.174 huaweiups
* huaweiups @Huawei ~ GSE200M|Huawei UPS
* vrp @Huawei ~ VRP Software|Versatile Routing Platform
1916 xos
1916 extremeware ~ Version 4.|Version 6.|Version 7.
1916 xos ~ ExtremeXOS
1916.2 voss ~ VSP-|XA1|VOSS|Fabric Engine
2272 voss
45 boss
4329.15 ewc
5624 enterasys
52 enterasys
26928 hiveos-wireless
4413 hiveos-network @Aerohive ~ Aerohive
1588.2.1 fabos
1588.3.3 nos
1588.3.3 slx ~ SLX
1588 fabos
1991 ironware
1991 foundryos ~ Foundry
25053.3.1.4 ruckuswireless-hotzone
25053.3.1.5 ruckuswireless
25053.3.1.5 ruckuswireless-unleashed ~ Ruckus Wireless T|Ruckus Wireless R|Ruckus Wireless H|Unleashed
25053.3.1.10 ruckuswireless-sz
25053.3.1.11 ruckuswireless-sz
25053.3.1.13 ruckuswireless-sz
25053.3.1.14 ruckuswireless-sz
25053 ruckuswireless
12356 fortios
12356.15 fortigate
12356.115 fortivoice
12356.101 fortigate
12356.103 fortios
12356.102 fortios
12356.105 fortimail
12356.106 fortiswitch
12356.107 fortiweb
12356.112 fortiadc
12356.113 fortiauthenticator
12356.118 fortisandbox
12356.120 fortiap
12356.121 fortiextender
15983 fortiwlc
25461 panos
2620 gaia
3097 fireware
8741 sonicwall
11256 stormshield
* ns-bsd @Stormshield ~ NS-BSD
28557 stoneos
1369 forcepoint
47565 forcepoint-fe
21067 cyberoam-utm @Sophos
2604 sophos-xg
10704 barracudangfirewall
20632 barracudaspamfirewall
* barracudaloadbalancer @Barracuda ~ Barracuda Load Balancer
* barracudawafirewall @Barracuda ~ Barracuda Web Application Firewall
* barracudangfirewall @Barracuda ~ Barracuda NG|Barracuda CloudGen|Barracuda Firewall
* barracudaspamfirewall @Barracuda ~ Barracuda Spam|Barracuda Email
12276 f5os
3375 f5
5951 netscaler
22610 acos
1872 alteonos
89 radlan
89.1.1.62 apsoluteos
89 netgear @Netgear ~ Smart Switch with|ProSafe
12196 kemp
23263 aloha
* aloha @HAProxy ~ -alb
* loadbalancer @Loadbalancer.org ~ -lb1 #|-lb2 #|-lb3 #|loadbalancer.org
17163 rios
21091 exinda
2334 packetshaper
3417.1.1 sgos
3417 cas
9694 arbos
15397 procera
10734 tippingpoint
1230 mcafeewebgateway
59732 mcafeewebgateway
23128 nitro
25597 fireeye
8962 mlos-nsp
* mlos-atd @Trellix ~ .mlos
* mlos-nsp @Trellix +8962
2011.5 vrp
6027 ftos
6027.1.2 dnos
6027.1.4 dnos
6027.1.5 dnos
6027.1.3 ftos
6027 dnos ~ Dell Networking OS|Dell EMC Networking OS|Dell Real Time
674.10895 powerconnect
674.11000.5000.100 os10
7367 draytek
* draytek @DrayTek ~ DrayTek
9.1 ftd 2319 2404 2405 2406 2407 2409
9.1 asa 2319 2404 2405 2406 2407 2409 ~ Adaptive Security Appliance
9.12.3.1.3 cisco-ucs-fi ~ ucs-6
9.6.1.32 ciscowap
* ciscowap @Cisco ~ Cisco Small Business WAP
* ciscosb @Cisco ~ ^Linksys SLM
* ucos @Cisco ~ Software:UCOS
47196 aruba-instant-on ~ InstantOn_
* aruba-instant-on @Aruba ~ InstantOn_
11 procurve ~ HP 1820|eCos-
* comware @HPE ~ Switch Software Version
1588.2.2 nos
2352.1 seos @Ericsson
2352 redback @Redback ~ Redback
14525.3 juniper-mss
5655 ciscosce @Cisco
7564 arrayos @Array Networks
51604 arcos @Arrcus
42359 versa @Versa
5420 vbrick @VBrick
* packetshaper @Blue Coat ~ PacketShaper
* fortiauthenticator @Fortinet ~ FortiAuthenticator
* endrun @EndRun +13827
* edgecos @Edge-Core ~ SONiC.Edgecore
* sonic @SONiC ~ ^SONiC Software Version
`
