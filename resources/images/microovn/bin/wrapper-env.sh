# Sourced by what runs OVN's and Open vSwitch's tools: where MicroOVN keeps its files. Sets $tls to the options of their
# TLS, empty where the PKI is not there or not for this user to read. Forks nothing: each command typed goes through it.
common=/var/snap/microovn/common
[ ! -r $common/data/env/ovn.env ] || . $common/data/env/ovn.env
[ -z "${OVN_NB_CONNECT:-}" ] || export OVN_NB_DB="$OVN_NB_CONNECT"
[ -z "${OVN_SB_CONNECT:-}" ] || export OVN_SB_DB="$OVN_SB_CONNECT"
export OVN_RUNDIR=$common/run/ovn/ OVS_RUNDIR=$common/run/switch/
pki=$common/data/pki
tls=
[ ! -r $pki/client-privkey.pem ] || tls="-c $pki/client-cert.pem -p $pki/client-privkey.pem -C $pki/cacert.pem"
