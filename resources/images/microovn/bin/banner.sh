# Read by every interactive bash of the node; greets once per terminal.
if [ -z "${QUORATE_GREETED:-}" ]; then
	export QUORATE_GREETED=1
	cat <<-TEXT
		$(hostname), a MicroOVN node of a Quorate lab
		  microovn status         members, their services, the databases
		  microovn cluster list   roles, and who is online
		  ovn-sbctl show          the chassis, the same from every node
	TEXT
fi
