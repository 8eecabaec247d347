#!/bin/sh
# Run once while the node image is built: packs the tiny instance image, 1 MB of busybox, always the same bytes.
set -e
cd "$(dirname "$0")"
sed -i "s/ARCHITECTURE/$(uname -m)/" metadata.yaml
cd rootfs
mkdir -p bin sbin dev proc sys run root tmp usr/bin usr/sbin var
chmod 0755 etc/network etc/lease
chmod 1777 tmp
cp /bin/busybox bin/busybox
for path in $(bin/busybox --list-full); do [ -e "$path" ] || ln -s /bin/busybox "$path"; done
cd ..
tar --sort=name --mtime=@1763683200 --owner=0 --group=0 --numeric-owner -c metadata.yaml rootfs | gzip -9n >/usr/local/share/quorate/tiny.tar.gz
