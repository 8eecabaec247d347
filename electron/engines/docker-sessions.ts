import { randomUUID } from 'node:crypto';
import type { DockerApi } from './docker-api.ts';

/** Variable by which a command's processes are found again in the node. */
const markName = 'QUORATE_EXEC';

/**
 * Ends the session of a marked command. The engine API cannot kill an exec (moby/moby#35703), and its process number is not known in
 * the node; but the command's first process has no parent there (ppid 0), leads a session of its own, and carries our mark in its
 * environment. A daemon that the command started has left that session and stays, as it would behind a closed terminal.
 * Arguments: mark, first signal. Sends the signal, waits up to 1 s, sends KILL. Exits 0 when none is left, 3 when none was found.
 */
const endSession = `
mark=$1 signal=$2
stat_of() { read -r stat 2>/dev/null <"/proc/$1/stat" || return 1; stat=\${stat##*) }; }
sessions=
for file in $(grep -lsxzF "${markName}=$mark" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}; pid=\${pid%/environ}
  stat_of "$pid" || continue
  set -- $stat
  if [ "$2" = 0 ] || [ ! -d "/proc/$4" ]; then sessions="$sessions $4 "; fi
done
[ -n "$sessions" ] || exit 3
tries=0
while [ $tries -lt 60 ]; do
  found=
  for folder in /proc/[0-9]*; do
    stat_of "\${folder#/proc/}" || continue
    set -- $stat
    [ "$1" = Z ] && continue
    case "$sessions" in *" $4 "*) found="$found \${folder#/proc/}" ;; esac
  done
  [ -n "$found" ] || exit 0
  if [ $tries -eq 0 ]; then kill -s "$signal" $found 2>/dev/null; fi
  if [ $tries -ge 20 ]; then kill -s KILL $found 2>/dev/null; fi
  tries=$((tries + 1))
  sleep 0.05
done
exit 1
`;

/** An exec that was created and not yet started. */
export interface Session {
  readonly execId: string;
  /** Value of the mark in its environment. */
  readonly mark: string;
}

export interface SessionOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** @throws LabError 'node/not-running' when the node is stopped or paused */
export async function createSession(
  api: DockerApi,
  id: string,
  command: readonly string[],
  options: SessionOptions,
): Promise<Session> {
  const mark = randomUUID();
  const environment = { ...options.environment, [markName]: mark };
  const { Id: execId } = await api.json<{ readonly Id: string }>({
    method: 'POST',
    path: `/containers/${id}/exec`,
    body: {
      Cmd: command,
      Tty: options.tty,
      AttachStdin: options.stdin,
      AttachStdout: true,
      AttachStderr: true,
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    },
    what: 'run a command in it',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { execId, mark };
}

/** Exit code of a command, or null while it runs or when the engine lost sight of it. */
export async function exitCode(api: DockerApi, execId: string): Promise<{ running: boolean; code: number | null }> {
  const answer = await api.json<{ readonly Running: boolean; readonly ExitCode: number | null }>({
    method: 'GET',
    path: `/exec/${execId}/json`,
    what: 'read the exit code of a command',
  });
  return { running: answer.Running, code: answer.Running ? null : answer.ExitCode };
}

/** Ends the processes of a session in the node; a node that does not run has none. Resolves when asked, `ended` tells by itself. */
export async function killSession(
  api: DockerApi,
  id: string,
  mark: string,
  signal: 'TERM' | 'HUP',
  limit: { readonly ended: () => boolean; readonly until: number },
): Promise<void> {
  // A command that is only just starting is not to be found yet: asked again until it has ended or the limit is reached.
  while (!limit.ended() && Date.now() < limit.until) {
    const killer = await createSession(api, id, ['sh', '-c', endSession, 'sh', mark, signal], {
      tty: false,
      stdin: false,
    });
    const output = await api.stream({
      method: 'POST',
      path: `/exec/${killer.execId}/start`,
      body: { Detach: false, Tty: false },
      what: 'end a command in the node',
      timeout: 10_000,
    });
    output.resume();
    await new Promise<void>((resolve) => output.once('close', resolve));
  }
}

/**
 * Has the node itself end a session when this process is gone, however it went: a command there waits for the end of its input, which the
 * engine gives it once our connection breaks. Only for a session with a tty, whose terminal the engine would keep open for good; one without
 * sees the end of its own input.
 * @returns lets the session be, for it has ended: what it left in the background stays
 */
export async function guardSession(api: DockerApi, id: string, mark: string): Promise<() => void> {
  const command = ['sh', '-c', `if read -r _; then exit 0; fi${endSession}`, 'sh', mark, 'HUP'];
  const guard = await createSession(api, id, command, { tty: false, stdin: true });
  const socket = await api.hijack({
    method: 'POST',
    path: `/exec/${guard.execId}/start`,
    body: { Detach: false, Tty: false },
    what: 'run a command in it',
  });
  socket.on('error', () => socket.destroy());
  socket.resume();
  return () => socket.end('over\n');
}
