/** Switches, routers, firewalls, balancers and controllers. The form of a line is in family.ts. */
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
9.1 ciscowlc ~ Cisco Controller|Wireless LAN Controller
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
9.1 ciscosb 1176 1177
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
207 allied
207.1 awplus ~ AlliedWare Plus
171.10 dlink
171.10.37 dlinkap
171 dlinkap ~ Access Point|D-Link AP
4526 netgear
4526.100.11 netgear ~ GSM|Managed
259 edgecos
890 zynos
890.1.5.13.10 ies5000
890.1.5.13.15 ies52xxM
890.1.5.13 ies
890.1.5.12 ies
890.1.6 zywall
890.1.15 zyxelnwa
890.1.8 prestige
890.1.2 prestige
* prestige @Zyxel ~ ^Prestige|^P-660|^P-2
* zyxelusg @Zyxel ~ ^USG FLEX|^ATP|^USG|^ZyWALL|^VPN50|^VPN100|^VPN300
11863 jetstream
11863.1.1 jetstream
11863.10 tplink
28866 trendnet
3955 ciscosb @Linksys
* ciscosb @Cisco ~ ^Linksys S
10456 planetos
7262 harmony-enhanced
6339 dcn-software
27514 qtech
8886 raisecom
4881 ruijie
52642 fs-switch
27975 fs-switch
13464 fs-gbn
13464 gwd ~ EPON
* fs-nmu @FS ~ GLCY
40989 fs-nmu
3320 bdcom
40418 snr
35265 eltex-mes23xx
35265.1.43 eltex-mes21xx
35265.1.52 eltex-mes23xx
35265.1.81 eltex-mes24xx
35265.1.21 eltex-olt
35265.1.22 eltex-olt
35265.1.70 eltex-olt
5651 mypoweros
3709 datacom
4413 datacom @Datacom ~ ^DM1|^DM2|^DM3|^DM4
9304 cts
4756 ctcu
3181 microsens
3181.10.6 microsens-g6
266 nexans
248 hirschmann
16177 weos
15004 ros
8691.7 moxa-etherdevice
8691.600 moxa-eds-4000-series
8691.2 moxa-nport
8691 moxa-etherdevice
2736 etherwan
28381 ntron
24693 firebrick
20992 wipipe
31496 netmodule
48690 rutos-rutx
* rutos-rutx @Teltonika ~ Linux Teltonika|Linux RUT|Linux TRB
* rutos-2xx @Teltonika ~ RUT2
23695 pepwave
35424 viprinux
13191 oneaccess
272 bintec-smart
2356 lcos
2356.13 lcoslx
2356.14 lcossx
2356.15 lcossx
2356.16 lcossx
2352 seos
193.218 ericsson-ipos
119.1.84 necix
119.1.76 univerge
572 elg-ipecs-es
572.16838 elg-ipecs-ucp
21839 alaxala
6486.800 aos
6486.801 aos7
6486.802 stellar
6527 timos
637.61 nokia-isam
7483 nokia-1830
6296 dasan-nos
10072 gwd
3902.3 zxr10
3902.15 zxr10
3902.1004 zxa10
3902.1015 zxa10
3902.1082 zxa10
3902 zxr10
5504 slms
6321 calix
6321.1.2.2.5 exa
6066 occamos
5875 fiberhome
3807.1 fiberhome-switch
664 adtran-aos
868 transition
629 mrvld
629.200 mrv-od
164.6 rad
164.6.1.6.10 rad-rici
164 rad
738 binox
1286 neptune
36673 ocnos
40310 cumulus
35098 picos
30803 vyatta
44641 vyos
* vyos ~ ^VyOS
* vyatta ~ ^Vyatta
* pktj @Gandi +26384
33049 mellanox
26543 ibmnos
20301 ibmnos @Lenovo
19046 cnos
* bnt @BNT ~ Blade Network Technologies
7244 quanta
4413 quanta @Quanta
4413 edgeswitch @Ubiquiti ~ EdgeSwitch|EdgePoint|^US-|^USW|^UBNT|^USM|^ES-
4413 inteno @Inteno ~ ^XG6
27282 edgeswitch
* edgeswitch @Ubiquiti ~ ^USW-|^US-8|^US-16|^US-24|^US-48|EdgeSwitch
41112.1.5 edgeos
41112.1.5 edgeosolt ~ EdgeOS v4
* unifi @Ubiquiti ~ ^UAP|^U6|^U7|^UK-|^UDM|^UniFi
46242 netonix
14988.1 routeros
14988.2 swos
34592 cdata
37950 vsol
6603 hyperion
21362 ifotec
29865 icotera
56166 smartbyte
13315 bluecatnetworks
7779 nios
2440 solidserver
31218 ucopia
39406 benuos
9303 waystream
45346 velocloud
25049 opengear
850.1 trippliteconsole ~ B093|B096|B097|B098
10418.26 avocent
10418 avocent
* avocent @Avocent ~ ^Avocent|^AlterPath
13742.3 raritan-kvm
1966 perle
* perle @Perle ~ ^Perle
4555.1 netvision
1723 lantronix-uds
244.1 lantronix-slc
26866 gigavue
4515 packetlight
4515.100.1.1000.5 smartos-t @SmartOptics
30826 smartos
51628 smartos
46330 vubiq
1332 kti
* kti @KTI ~ ^KGS-|^KS-
* supermicro-switch @Supermicro ~ ^Supermicro Switch|^SSE-|^SBM-
* speedtouch @Thomson ~ ^SpeedTouch|^ST5000
* bcm963 @Broadcom ~ ^bcm963
* cnpilotr @Cambium ~ ^cnPilot R
11606 pbn
11606.24 pbn-cp
27975.99 fs-switch
32285 topvision
49136 algcom-dc-ups
6141 ciena-saos
562.68 ciena-saos
1271 ciena-saos
2544.1.10 adva-fsp150cp
2544.1.11 adva-fsp3kr7
2544.1.12 adva-fsp150cc
2544 adva-fsp3kr7
20044 ekinops
21296 iqnos
42229.1.2 infinera-groove
8708 lumentis
30005 bti800
28533 cyan
22420 aen
3652 pandacom
52326 alpine
35616 lambdatrail
6368 pegasus
1385 montclair-edfa
34652 volius
823 loop-telecom
7800 ubiquoss
* freshtomato @Tomato ~ TomatoWifi|FreshTomato
* tomato @Tomato ~ 2.6.22.19
* asuswrt-merlin @ASUS ~ brcmarm|asuswrt
* ddwrt @DD-WRT ~ DD-WRT|dd-wrt
* openwrt @OpenWrt ~ OpenWrt
43191 arista-mos @Arista
1425 cxr-ts
30140 icr-os @Advantech
1768 smartnode
2352 redback
449 vanguard
54268 flexbng
7342 omnitron-iconverter
3902.2 zxv10
3902.701 zxdsl
3902.1001 zxdsl
8000 uhp
9694.1.4 arbos
9694.1.5 peakflow
32620 anue
18418 endace
6926 mrvld
20540 sixnet
4329.6 scalance
4196 scalance
21839.1 ax
2334.1.1 packetshaper
3417.1.1 bluecoat-sg
26484 confd
20095 positron
304 netopia
529 ascend
775 tellabs
6247 comtech
40418.2 snr-erd
1872.1 alteonos
1991.1.3 serveriron ~ ServerIron
1991.1.3 turboiron ~ TurboIron
890.1.15 zyxelusg ~ USG|ZyWALL
12356.101 fortigate ~ FortiGate
2011.5.25 vrp
25506.1 comware
5624.1 enterasys
30065.1.3011 arista_eos
6527.1 timos
2620.1.6 gaia
34086 raisecom
* junos @Juniper ~ Juniper Networks, Inc.
* comware @HPE ~ Comware
* procurve @HPE ~ ProCurve
* edgeos @Ubiquiti ~ ^EdgeOS
* airos @Ubiquiti +41112 ~ Linux 2.6.3
* sonicwall @SonicWall ~ SonicWALL
* screenos @Juniper ~ NetScreen
* timos @Nokia ~ TiMOS
* xos @Extreme ~ ExtremeXOS
* arista_eos @Arista ~ Arista Networks EOS
* routeros @MikroTik ~ ^RouterOS
* fortigate @Fortinet ~ ^FortiGate
* zxr10 @ZTE ~ ZXR10
* zxa10 @ZTE ~ ZXA10
* m0n0wall @m0n0wall ~ m0n0wall
* netgear @Netgear ~ ProSafe
* dlink @D-Link ~ ^DES-|^DGS-|^DXS-
* jetstream @TP-Link ~ JetStream
`
