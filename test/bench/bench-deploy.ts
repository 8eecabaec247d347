import Docker from 'dockerode';
import { join } from 'node:path';
import { Images } from '../../electron/images/images.ts';
import { compare, roundsOr, type Contest, type Result } from './measure.ts';
import { deployReference, removeReference } from './reference.ts';
import { openSubject, stepTimes, type Timed } from './subject.ts';

const rounds = roundsOr(8);
const docker = new Docker();
const reference = { name: 'bench-raw', mgmt: '172.27.101', underlay: '172.27.102' };
/** The reference has no workloads, so the subject gets none. */
const plain = { settings: { demo: false } };

/**
 * (a) and (b): from the call to a healthy lab, each against the leanest raw sequence with the same image; (c) destroy against forced removal.
 * What a contest made it removes outside of what it measures.
 */
export async function benchDeploy(parts: ReadonlySet<string>): Promise<Result[]> {
  const subject = await openSubject();
  const images = new Images({
    engine: subject.workbench.engine,
    resources: join(import.meta.dirname, '..', 'resources', 'images'),
  });
  const image = await images.ensure('ovn', () => {}, new AbortController().signal);
  const lab = 'bench-lab';
  const runs: Timed[] = [];
  const keep = (timed: Timed, round: number) => {
    if (round > 0) runs.push(timed);
    return timed.ms;
  };
  const deployed = (recipe: string) => async (round: number) => {
    try {
      return keep(await subject.deploy({ recipe, name: lab, ...plain }), round);
    } finally {
      await subject.destroy(lab).catch(() => {});
    }
  };
  const raw = async () => {
    try {
      return await deployReference(docker, image, reference);
    } finally {
      await removeReference(docker, reference.name);
    }
  };
  const results: Result[] = [];
  const contest = async (of: Pick<Contest, 'name' | 'bar' | 'subject' | 'reference'>) => {
    runs.length = 0;
    const result = await compare({ unit: 'ms', rounds, ...of });
    results.push({ ...result, where: stepTimes(runs) });
  };
  try {
    // The images are built before anything is measured.
    await deployed('microovn')(0);
    if (parts.has('a'))
      await contest({ name: '(a) ovn-raft deploy', bar: 1.3, subject: deployed('ovn-raft'), reference: raw });
    if (parts.has('b'))
      await contest({ name: '(b) microovn deploy', bar: 4, subject: deployed('microovn'), reference: raw });
    if (parts.has('c'))
      await contest({
        name: '(c) destroy',
        bar: 1.5,
        subject: async (round) => {
          await subject.deploy({ recipe: 'ovn-raft', name: lab, ...plain });
          return keep(await subject.destroy(lab), round);
        },
        reference: async () => {
          await deployReference(docker, image, reference);
          return removeReference(docker, reference.name);
        },
      });
  } finally {
    await subject.close();
  }
  return results;
}
