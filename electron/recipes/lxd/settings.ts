import { LabError } from '../../../shared/errors.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { Dialect } from './dialect.ts';
import { bootstrapTemplate, checkPreseed, joinTemplate, uses, type Join } from './preseed.ts';

/** The settings of a request, as these recipes' parameters declare them. */
export interface LxdSettings {
  /** False: the nodes are left as they come, for `init` by hand. */
  readonly form: boolean;
  readonly instances: boolean;
  /** A network for clients beside the one for cluster traffic. */
  readonly separate: boolean;
  /** Seconds. */
  readonly offlineThreshold: number;
  /** Preseeds with placeholders, the user's own or those of the document. */
  readonly bootstrap: string;
  readonly join: string;
}

/** What the product has without being told, in seconds (lxd/cluster/config, `cluster.offline_threshold`). */
export const defaultThreshold = 20;

/** @throws LabError 'input/invalid' with field `settings.KEY` for a preseed that cannot form a lab */
export function readSettings(dialect: Dialect, request: LabRequest): LxdSettings {
  const { form, instances, separate, offlineThreshold } = request.settings;
  const join: Join = request.settings['join'] === 'password' ? 'password' : 'token';
  const own = (key: string) => {
    const text = String(request.settings[key] ?? '');
    return text.trim() === '' ? null : text;
  };
  const [bootstrap, joining] = [own('bootstrapPreseed'), own('joinPreseed')];
  const settings: LxdSettings = {
    form: form !== false,
    instances: instances === true,
    separate: separate === true,
    offlineThreshold: Number(offlineThreshold ?? defaultThreshold),
    bootstrap: bootstrap ?? bootstrapTemplate(dialect, join, separate === true),
    join: joining ?? joinTemplate(join),
  };
  if (bootstrap !== null) checkPreseed('bootstrapPreseed', bootstrap, 'node-1', settings.separate);
  if (joining !== null && request.nodes > 1) checkPreseed('joinPreseed', joining, 'node-2', settings.separate);
  if (uses(settings.join, 'PASSWORD') && !uses(settings.bootstrap, 'PASSWORD')) {
    const field = joining === null ? 'settings.bootstrapPreseed' : 'settings.joinPreseed';
    throw new LabError('input/invalid', 'The joining nodes give $PASSWORD, and the first node does not set it.', {
      field,
      fix: 'Write `core.trust_password: $PASSWORD` below `config` of `bootstrapPreseed`, or use $TOKEN.',
    });
  }
  return settings;
}
