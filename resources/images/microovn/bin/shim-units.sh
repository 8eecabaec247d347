# Sourced by the shims snap, systemctl and journalctl: the units of MicroOVN and the services of runit they stand for.
units='chassis daemon ovn-northd ovn-ovsdb-server-nb ovn-ovsdb-server-sb switch'

# Name of a unit as runit has it: microovn.X, snap.microovn.X and snap.microovn.X.service are X.
unit() {
	name=${1#snap.}
	name=${name#microovn.}
	name=${name%.service}
	case " $units " in
	*" $name "*) ;;
	*) return 1 ;;
	esac
}

# Folders of the services of the unit $name.
services() {
	case $name in
	switch) echo /etc/service/switch-database /etc/service/switch ;;
	*) echo "/etc/service/$name" ;;
	esac
}

# Whether the unit $name runs, and whether it comes back with the node.
is_active() { ! sv status $(services) 2>&1 | grep -qv '^run:'; }
is_enabled() { [ ! -e "/etc/service/$name/down" ]; }

# Log files of the unit $name, those that are there.
log_files() {
	for folder in $(services); do
		log=/var/snap/microovn/common/logs/${folder##*/}.log
		[ ! -e "$log" ] || echo "$log"
	done
}
