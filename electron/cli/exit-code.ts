import type { ErrorCode } from '../../shared/errors.ts';

/** What a script learns: 0 done, 1 failed, 2 bad input (nothing was created), 3 no engine. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 {
  if (code.startsWith('input/')) return 2;
  return code === 'engine/unreachable' || code === 'engine/denied' ? 3 : 1;
}
