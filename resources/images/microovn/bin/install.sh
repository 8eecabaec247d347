#!/bin/sh
# Run once while the image is built: puts on the PATH what lies beside this file in /usr/local/lib/microovn.
set -e
lib=/usr/local/lib/microovn
chmod 0755 $lib/microovn.mjs $lib/wrapper $lib/refresh-expiring-certs $lib/snap $lib/systemctl $lib/journalctl
cd /usr/local/bin
for name in ovn-appctl ovn-nbctl ovn-sbctl ovn-trace ovs-appctl ovs-dpctl ovs-ofctl ovs-vsctl ovsdb-client ovsdb-tool; do
	ln -sf $lib/wrapper "$name"
	ln -sf $lib/wrapper "microovn.$name"
done
ln -sf $lib/microovn.mjs microovn
ln -sf $lib/refresh-expiring-certs microovn.refresh-expiring-certs
ln -sf $lib/snap $lib/systemctl $lib/journalctl .
printf '%s\n' ". $lib/banner.sh" ". $lib/completion.bash" >>/etc/bash.bashrc
