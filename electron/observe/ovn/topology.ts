import type { ChassisView, LogicalPortView, LogicalView, Observed } from '../../../shared/lab.ts';
import { elements, references, stringMap, text, type Row, type Tables } from '../../../shared/ovsdb/rows.ts';
import type { TableRequests } from './monitors.ts';

/** What is followed of OVN_Northbound (ovn-nb(5)). */
export const northboundTables: TableRequests = {
  Logical_Switch: { columns: ['name', 'ports'], sets: ['ports'] },
  Logical_Switch_Port: { columns: ['name', 'type', 'addresses', 'options', 'up'], sets: ['addresses'] },
  Logical_Router: { columns: ['name', 'ports'], sets: ['ports'] },
  Logical_Router_Port: { columns: ['name', 'mac', 'networks'], sets: ['networks'] },
};

/** What is followed of OVN_Southbound (ovn-sb(5)). */
export const southboundTables: TableRequests = {
  Chassis: { columns: ['name', 'hostname', 'encaps'], sets: ['encaps'] },
  Encap: { columns: ['type', 'ip', 'chassis_name'] },
  Port_Binding: { columns: ['logical_port', 'chassis', 'type', 'up'] },
};

export interface TopologySources {
  readonly northbound: Tables;
  readonly southbound: Tables;
  readonly nb: Observed;
  readonly sb: Observed;
  /** Node of the lab with that name or underlay address. */
  readonly nodeOf: (chassis: ChassisView) => string | null;
}

/** The logical topology by name order. */
export function logicalView(sources: TopologySources): LogicalView {
  const { northbound, southbound } = sources;
  const chassis = readChassis(southbound);
  const bindings = readBindings(southbound, new Map([...chassis].map(([id, view]) => [id, sources.nodeOf(view)])));
  const switches = [...northbound.table('Logical_Switch').values()];
  const routers = [...northbound.table('Logical_Router').values()];
  const ports = [
    ...switches.flatMap((parent) => portsOf(parent, northbound, 'Logical_Switch_Port', bindings)),
    ...routers.flatMap((parent) => portsOf(parent, northbound, 'Logical_Router_Port', bindings)),
  ];
  return {
    switches: byName(switches.map(counted)),
    routers: byName(routers.map(counted)),
    ports: byName(ports),
    chassis: byName([...chassis.values()]),
    nb: sources.nb,
    sb: sources.sb,
  };
}

function counted(row: Row): { name: string; ports: number } {
  return { name: text(row['name']), ports: references(row['ports']).length };
}

interface Binding {
  readonly node: string | null;
  readonly up: boolean | null;
}

function portsOf(
  parent: Row,
  northbound: Tables,
  table: 'Logical_Switch_Port' | 'Logical_Router_Port',
  bindings: ReadonlyMap<string, Binding>,
): readonly LogicalPortView[] {
  return references(parent['ports']).flatMap((id) => {
    const row = northbound.table(table).get(id);
    if (row === undefined) return [];
    const name = text(row['name']);
    const binding = bindings.get(name);
    const isSwitchPort = table === 'Logical_Switch_Port';
    const up = isSwitchPort ? flag(row, 'up') : (binding?.up ?? null);
    const addresses = isSwitchPort ? strings(row, 'addresses') : [text(row['mac']), ...strings(row, 'networks')];
    const type = isSwitchPort ? text(row['type']) : '';
    const peer = type === 'router' ? stringMap(row['options']).get('router-port') : undefined;
    const where = { node: binding?.node ?? null, up };
    return [{ name, parent: text(parent['name']), type, addresses, ...(peer === undefined ? {} : { peer }), ...where }];
  });
}

function readChassis(southbound: Tables): ReadonlyMap<string, ChassisView> {
  const encaps = southbound.table('Encap');
  return new Map(
    [...southbound.table('Chassis')].map(([id, row]) => {
      const [first] = references(row['encaps']);
      const encap = first === undefined ? undefined : encaps.get(first);
      const view: ChassisView = {
        name: text(row['name']),
        hostname: text(row['hostname']),
        encapType: text(encap?.['type']),
        encapIp: text(encap?.['ip']),
      };
      return [id, view];
    }),
  );
}

function readBindings(southbound: Tables, nodeOf: ReadonlyMap<string, string | null>): ReadonlyMap<string, Binding> {
  return new Map(
    [...southbound.table('Port_Binding').values()].map((row) => {
      const [chassis] = references(row['chassis']);
      const node = chassis === undefined ? null : (nodeOf.get(chassis) ?? null);
      return [text(row['logical_port']), { node, up: flag(row, 'up') }];
    }),
  );
}

function flag(row: Row, column: string): boolean | null {
  const [value] = elements(row[column]);
  return typeof value === 'boolean' ? value : null;
}

function strings(row: Row, column: string): readonly string[] {
  return elements(row[column]).map(String);
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
