import { callSchemas, topicSchemas } from '../../shared/rpc.ts';
import type { Handlers } from './door.ts';

export interface Parts {
  calls?: Partial<Handlers['calls']>;
  topics?: Partial<Handlers['topics']>;
  attach?: Handlers['attach'];
}

/** Handlers of which only those named do anything, for tests of what lies before them. */
export function handlersWith(parts: Parts): Handlers {
  const unexpected = () => {
    throw new Error('not expected in this test');
  };
  const all = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, unexpected]));
  return {
    calls: { ...all(callSchemas), ...parts.calls } as Handlers['calls'],
    topics: { ...all(topicSchemas), ...parts.topics } as Handlers['topics'],
    attach: parts.attach ?? unexpected,
  };
}
