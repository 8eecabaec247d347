import { runCli } from './cli/run-cli.ts';

/** Entry of the command line, `quorate`. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read our output has seen enough, as in `quorate list | head -1`.
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });

const code = await runCli(process.argv.slice(2));
// What was written to a pipe may still be on its way.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit(code);
