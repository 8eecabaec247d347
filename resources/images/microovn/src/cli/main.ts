import { dispatch } from './dispatch.ts';
import { program } from './program.ts';
import { processSurroundings } from './surroundings.ts';

// A reader that went away, as in `microovn cluster list | head -1`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const here = processSurroundings();
process.exitCode = await dispatch(program, process.argv.slice(2), here);
here.close();
