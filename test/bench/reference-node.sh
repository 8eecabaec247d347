#!/bin/bash
# The leanest way we know to start the daemons of an OVN Raft node: one script as the container's process, recorded with the first
# measurements. The benchmark's reference, not a part of Quorate. Env: NODE MGMT_IP REMOTE_IP(empty=bootstrap) MEMBERS(ip,ip,ip) UIF(underlay if)
set -u
D=/var/lib/ovn R=/var/run/ovn L=/var/log/ovn S=/usr/share
OD=/var/lib/openvswitch OR=/var/run/openvswitch
mkdir -p $D $R $L $OD $OR /var/log/openvswitch
rm -rf $R/* $OR/*                      # stale pidfiles after docker restart
T0=$(date +%s%N); log(){ echo "$(( ($(date +%s%N)-T0)/1000000 ))ms $*"; }
eps(){ echo "$MEMBERS" | tr ',' '\n' | sed "s/.*/tcp:&:$1/" | paste -sd, ; }
NBR=$(eps 6641); SBR=$(eps 6642)
ELEC=${ELECTION_TIMER:+--election-timer=$ELECTION_TIMER}
db(){ # nb|sb schema raftport clientport
  f=$D/ovn$1_db.db
  if [ ! -s $f ]; then
    if [ -z "${REMOTE_IP:-}" ]; then ovsdb-tool $ELEC create-cluster $f $S/ovn/ovn-$1.ovsschema tcp:$MGMT_IP:$3
    else ovsdb-tool ${CID:+--cid=$CID} join-cluster $f $2 tcp:$MGMT_IP:$3 tcp:$REMOTE_IP:$3; fi
  fi
  if [ -n "${REMOTE_IP:-}" ] && [ ! -e $D/.joined-$1 ]; then   # first join: avoid the 1 s reconnect backoff
    for k in $(seq 500); do (exec 3<>/dev/tcp/$REMOTE_IP/$3) 2>/dev/null && break; sleep 0.02; done
    sleep ${JOIN_DELAY:-0}; : > $D/.joined-$1; log "$1 remote up"
  fi
  ovsdb-server -vconsole:off -vfile:info --log-file=$L/ovsdb-server-$1.log --pidfile=$R/ovn$1_db.pid --unixctl=$R/ovn$1_db.ctl \
     --remote=punix:$R/ovn$1_db.sock --remote=ptcp:$4:0.0.0.0 --detach --monitor --no-chdir $f
  log "$1 ovsdb up"
  [ -z "${REMOTE_IP:-}" ] && ovn-$1ctl --no-leader-only --db=unix:$R/ovn$1_db.sock --timeout=10 init && log "$1 init"
}
ovs(){
  f=$OD/conf.db; [ -s $f ] || ovsdb-tool create $f $S/openvswitch/vswitch.ovsschema
  ovsdb-server $f -vconsole:off -vfile:info --log-file=/var/log/openvswitch/ovsdb-server.log --pidfile=$OR/ovsdb-server.pid --unixctl=$OR/ovsdb-server.ctl --remote=punix:$OR/db.sock --detach --monitor --no-chdir
  UIP=$(ip -4 -o addr show dev $UIF 2>/dev/null | awk '{print $4}'); 
  [ -n "$UIP" ] || UIP=$UADDR
  H=$(printf %s "$NODE" | md5sum | sed 's/\(..\)\(..\)\(..\)\(..\).*/02:fe:\1:\2:\3:\4/')
  ovs-vsctl --no-wait --if-exists del-br br-int -- init -- set open . external-ids:system-id=$NODE external-ids:hostname=$NODE \
     external-ids:ovn-remote="\"$SBR\"" external-ids:ovn-encap-type=geneve external-ids:ovn-encap-ip=${UIP%/*} external-ids:ovn-bridge-datapath-type=netdev \
     external-ids:ovn-openflow-probe-interval=0 \
     -- --may-exist add-br br-phy -- set bridge br-phy datapath_type=netdev fail-mode=standalone other_config:hwaddr=\"$H\" -- --may-exist add-port br-phy $UIF \
     -- --may-exist add-br br-int -- set bridge br-int datapath_type=netdev fail-mode=secure
  ovs-vswitchd unix:$OR/db.sock -vconsole:off -vfile:info --log-file=/var/log/openvswitch/ovs-vswitchd.log --pidfile=$OR/ovs-vswitchd.pid --detach --monitor --no-chdir
  ip addr flush dev $UIF; ip link set $UIF arp off up; ip addr add $UIP dev br-phy; ip link set br-phy up
  log "vswitchd up"
  ovn-controller unix:$OR/db.sock -vconsole:off -vfile:info --log-file=$L/ovn-controller.log --pidfile=$R/ovn-controller.pid --detach --monitor --no-chdir
  log "controller up"
}
northd(){ ovn-northd -vconsole:off -vfile:info --log-file=$L/ovn-northd.log --pidfile=$R/ovn-northd.pid --unixctl=$R/ovn-northd.ctl --ovnnb-db=$NBR --ovnsb-db=$SBR --detach --monitor --no-chdir; log "northd up"; }
ovs & 
db nb OVN_Northbound 6643 6641 &
db sb OVN_Southbound 6644 6642 &
wait
northd
log READY
trap 'for p in $R/ovn-controller $R/ovn-northd $OR/ovs-vswitchd $R/ovnnb_db $R/ovnsb_db $OR/ovsdb-server; do kill $(cat $p.pid) 2>/dev/null; done; exit 0' TERM INT
while :; do sleep 3600 & wait $!; done
