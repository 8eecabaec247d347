import { portTransport } from '../rpc/port-transport.ts';
import { serveClient } from '../rpc/rpc-server.ts';
import { createWorkbench } from '../workbench.ts';

/** The backend of the desktop door, in a utility process: one workbench, one client for each port that the shell hands over. */
const workbench = createWorkbench();

process.parentPort.on('message', ({ data, ports }) => {
  const port = ports[0];
  if (data.connect === true && port !== undefined) serveClient(portTransport(port), workbench.handlers);
  else if (data.end === true) void workbench.close().then(() => process.exit(0));
});
