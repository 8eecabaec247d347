import { homedir, userInfo } from 'node:os';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What finding an engine depends on, as a value: tests give their own. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** -1 where there is no such thing (Windows). */
  readonly uid: number;
}

/** This process's own. */
export function thisHost(): Host {
  return { platform: process.platform, env: process.env, home: homedir(), uid: userInfo().uid };
}

/** Whether a program is on the PATH. */
export async function hasProgram(host: Host, name: string): Promise<boolean> {
  const folders = (host.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, name), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
