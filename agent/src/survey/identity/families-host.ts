/** Servers, storage, appliances, printers. The form of a line is in family.ts. */
export const HOST_FAMILIES = `
311 windows
8072 linux @Linux
8072.3.2.3 solaris @Oracle
8072.3.2.3 openindiana @OpenIndiana ~ oi_
8072.3.2.3 opensolaris @Oracle ~ 5.11
8072.3.2.3 nexenta @Nexenta ~ NexentaStor
8072.3.2.6 hpux @HPE
8072.3.2.7 netbsd @NetBSD
8072.3.2.8 freebsd @FreeBSD
8072.3.2.12 openbsd @OpenBSD
8072.3.2.13 windows @Microsoft
8072.3.2.16 macosx @Apple
8072.3.2.17 dragonfly @DragonFly
8072.3.2.255 linux @Linux ~ Linux
12325 freebsd
12325 pfsense @pfSense ~ pfSense
12325 opnsense @OPNsense ~ OPNsense
12325 truenas @TrueNAS ~ TrueNAS
12325 nas4free @NAS4Free ~ NAS4Free|XigmaNAS
2238 freebsd
30155 openbsd
42 solaris @Oracle
42.2.200 oracle-ilom @Oracle
2.3.1.2 aix
2.6.11 ibm-i
2.6.158 ibm-amm
2.6.182 ibm-tl
2.6.190 storwize
2.3.51 ibm-imm
2 aix
4484 ibmtl
14851 ibmtl
20884 bdt-flexstor @BDT
23 netware
36 openvms @HPE
11.2.3.2 hpux
63.1000 macosx
* pfsense @pfSense ~ pfSense
* opnsense @OPNsense ~ OPNsense
* truenas-scale @TrueNAS ~ TrueNAS-SCALE
* dell-compellent @Dell +674 ~ ^FreeBSD
* freebsd @FreeBSD ~ Software: FreeBSD
* halon @Halon +33234
* halon @Halon ~ ^Halon
* voswall @Voswall ~ ^Voswall
* netware @Novell ~ NetWare
* coreos @CoreOS ~ coreos
* dsm @Synology +6574
* qnap @QNAP +24681
* qnap @QNAP ~ Linux TS-|QTS
* dell-compellent @Dell +16139
* quantastor @QuantaStor +39324
* primekey-sw @PrimeKey +22408
* mobileiron @MobileIron ~ misentry|mobileiron|micore
* extrahop @ExtraHop +32015
* buffalo @Buffalo ~ BUFFALO
* vmware-vcsa @VMware ~ VMware vCenter|VCSA
* gaia @Check Point +2620
* gaia @Check Point ~ cpx86_64|-al-5.0-
* proxmox @Proxmox ~ -pve #
* ubiquiti-airos @Ubiquiti ~ airOS
* remoteye4 @Remoteye ~ stm24_0012
* endian @Endian ~ endian
* sophos @Sophos ~ Sophos UTM
* zimbra ~ Zimbra
* panos @Palo Alto ~ Palo Alto Networks
* raspbian @Raspberry Pi ~ raspi|raspberry
* windows @Microsoft ~ Software: Windows
* linux @Linux ~ ^Linux
* openbsd @OpenBSD ~ ^OpenBSD
* netbsd @NetBSD ~ ^NetBSD
* freebsd @FreeBSD ~ ^FreeBSD
* solaris @Oracle ~ ^SunOS
* windows @Microsoft ~ Windows Version
2021.250.10 linux @Linux
50536 truenas-scale
50536 truenas ~ TrueNAS-1|TrueNAS CORE
6574 dsm
24681 qnap
55062 qnap
5227 buffalo
11369 lenovoemc
16139 dell-compellent
12740 equallogic
12124 onefs
19746 datadomain
1139 emc
1981 flareos
789 netapp
789.1123 netapp
37447 nimbleos
40482 purestorage
43906 tegile
12925 informos
11.2.51 hpe-msa
11.10.2 hpe-msl
11.2.3.9 jetdirect
11.1 jetdirect
11 jetdirect ~ JETDIRECT|JetDirect|ETHERNET MULTI-ENVIRONMENT
232.9.4 hpe-ilo
232 hpe-proliant
674.10892.1 windows
674.10892.2 drac
674.10892.5 drac
674.10892.6 dell-ome-m
674.10893.2.102 powervault
674.10893 powervault
674.10898 dell-laser
674.10895 powerconnect
211.1.21 fujitsueternusos
231.1.2 fujitsu-irmc
231 fujitsu-irmc
10876 supermicro-bmc
19046.11 lenovo-xcc
45065 insyde-bmc
116 svos
116.3.11 svos
1714 infortrend
14752 eurostor
18928 areca
2021 linux @Linux
3764 quantum
6894 ddnos
41263 nutanix-aos
6876 vmware-esxi
6876.4 vmware-vcsa 7 8
14941 exagrid
21865 unitrends
31023 veeam
35847 greenbone
32015 extrahop
33234 halon
39324 quantastor
22408 primekey-sw
31062 gehealthcare
20304 symantec
18418 endace
32620 anue
6389 ixia
6431 broadworks
253 xerox
297 xerox
367 ricoh
367.1.1 gestetner @Gestetner ~ ^Gestetner
367.1.1 lanier @Lanier ~ ^LANIER
367.1.1 savin @Savin ~ ^SAVIN
367.1.1 nrg @NRG ~ ^NRG
367.1.1 infotec @Infotec ~ ^infotec
236 samsungprinter
* samsungprinter @Samsung ~ ^Samsung C|^Samsung M|^Samsung S|^Samsung X
641 lexmarkprinter
641 toshiba-tec @Toshiba ~ TOSHIBA
641.2 dell-laser @Dell ~ ^Dell
1129 toshiba-tec
1248 epson
1347 kyocera
1602 canonprinter
* canonprinter @Canon ~ ^Canon
2001 okilan
2385 sharp
2435 brother
* brother @Brother ~ ^Brother
10642 zebra
683 zebra @Zebra ~ Zebra
683 esi
18334 konica
18334 developprinter @Develop ~ ^Develop
* konica @Konica Minolta ~ KONICA MINOLTA
* kyocera @Kyocera ~ ^KYOCERA
* epson @Epson ~ EPSON
* jetdirect @HP ~ JETDIRECT
* oki @OKI ~ ^OKI
1229 seh
186 toshiba
347 powervault
21317 supermicro-bmc @Supermicro
21317.1 atenpdu @ATEN
4526.18 readynas @Netgear
* readynas @Netgear ~ ReadyNAS
* ddwrt @DD-WRT +2021 ~ DD-WRT
* macosx @Apple ~ ^Darwin
* aix @IBM ~ ^AIX|IBM PowerPC
* hpux @HPE ~ ^HP-UX
* dragonfly @DragonFly ~ ^DragonFly
* nexenta @Nexenta ~ NexentaStor
* openvms @HPE ~ OpenVMS
* jetdirect @HP ~ ^HP LaserJet|^HP ETHERNET
* lexmarkprinter @Lexmark ~ ^Lexmark
* ricoh @Ricoh ~ ^RICOH|RICOH Network Printer
* xerox @Xerox ~ ^Xerox|^FUJI XEROX
* sharp @Sharp ~ ^SHARP
* okilan @OKI ~ OKI OkiLAN
* vmware-esxi @VMware ~ VMware ESX
* sophos @Sophos +9789
* unraid @Unraid ~ -Unraid|-unRAID
* asrockrack @ASRock Rack +49622
* atenpdu @ATEN ~ ^Aten
674.10893.2.31 dell-powervault @Dell
* dell-laser @Dell ~ Dell Color Laser|Dell Laser Printer
* mirth @Mirth ~ ^Linux mirthtemplate
* cirpack @Cirpack +9193
* axisdocserver @Axis ~ Network Document Server
9193 cirpack @Cirpack
46202 avigilon-cam @Avigilon
* vmware-vcsa @VMware ~ ^VMware-vCenter|^VMware vCenter
* toshiba-tec @Toshiba ~ ^TOSHIBA e-STUDIO
* infotec @Infotec ~ ^infotec
* lanier @Lanier ~ ^LANIER
* savin @Savin ~ ^SAVIN
* gestetner @Gestetner ~ ^Gestetner
* nrg @NRG ~ ^NRG
* kyocera @Kyocera ~ KYOCERA MITA|Kyocera
* samsungprinter @Samsung ~ ^Samsung
`
