/** What is asked of the global database in one question; the tables are the same in LXD 5.0 and Incus 6. Names by statement. */
const statements = {
  nodes: 'SELECT name, address, state, schema, api_extensions FROM nodes',
  instances:
    'SELECT instances.name, instances.type, projects.name AS project, nodes.name AS node FROM instances JOIN projects ON projects.id = instances.project_id JOIN nodes ON nodes.id = instances.node_id',
  pools:
    'SELECT storage_pools.name, storage_pools.driver, storage_pools.state, nodes.name AS node, storage_pools_nodes.state AS node_state FROM storage_pools LEFT JOIN storage_pools_nodes ON storage_pools_nodes.storage_pool_id = storage_pools.id LEFT JOIN nodes ON nodes.id = storage_pools_nodes.node_id',
  networks:
    'SELECT networks.name, networks.type, networks.state, projects.name AS project, nodes.name AS node, networks_nodes.state AS node_state FROM networks JOIN projects ON projects.id = networks.project_id LEFT JOIN networks_nodes ON networks_nodes.network_id = networks.id LEFT JOIN nodes ON nodes.id = networks_nodes.node_id',
  images:
    'SELECT images.fingerprint, images.size, projects.name AS project, nodes.name AS node, (SELECT group_concat(images_aliases.name) FROM images_aliases WHERE images_aliases.image_id = images.id) AS aliases FROM images JOIN projects ON projects.id = images.project_id LEFT JOIN images_nodes ON images_nodes.image_id = images.id LEFT JOIN nodes ON nodes.id = images_nodes.node_id',
  volumes:
    'SELECT storage_pools.name AS pool, storage_volumes.name, storage_volumes.content_type, projects.name AS project, nodes.name AS node FROM storage_volumes JOIN storage_pools ON storage_pools.id = storage_volumes.storage_pool_id JOIN projects ON projects.id = storage_volumes.project_id LEFT JOIN nodes ON nodes.id = storage_volumes.node_id WHERE storage_volumes.type = 2',
} as const;

export type GlobalTable = keyof typeof statements;

/** Body of `POST /internal/sql`. */
export const globalQuery = { database: 'global', query: Object.values(statements).join('; ') };

/** In the order of the results. */
export const globalTables: readonly GlobalTable[] = Object.keys(statements) as GlobalTable[];
