// What a utility process finds as `process.parentPort`, over the channel of a forked one. See electron-double.ts.
import { EventEmitter } from 'node:events';

const ports = new Map();
const parentPort = new EventEmitter();
process.parentPort = parentPort;

function port(id) {
  const made = new EventEmitter();
  made.start = () => {};
  made.close = () => made.emit('close');
  made.postMessage = (data) => process.send({ port: id, data });
  ports.set(id, made);
  return made;
}

// As with Electron's, messages wait for the first listener.
parentPort.once('newListener', () => setImmediate(listen));

const listen = () =>
  process.on('message', ({ message, ports: ids, port: to, data }) => {
    if (to === undefined) parentPort.emit('message', { data: message, ports: ids.map(port) });
    else ports.get(to).emit('message', { data });
  });

// Listening for messages is what keeps a forked process alive.
process.on('disconnect', () => process.exit(1));
