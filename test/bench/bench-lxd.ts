import Docker from 'dockerode';
import { join } from 'node:path';
import { Images } from '../../electron/images/images.ts';
import { compare, roundsOr, type Result } from './measure.ts';
import { deployLxdReference, removeLxdReference } from './reference-lxd.ts';
import { openSubject, stepTimes, type Timed } from './subject.ts';

const docker = new Docker();
const lab = 'bench-lxd';
const raw = { name: 'bench-lxd-raw', mgmt: '172.27.103' };

/** (i) and (j): from the call to a healthy LXD cluster of three and of seven, against the leanest raw sequence for the same preseeds. */
export async function benchLxd(parts: ReadonlySet<string>): Promise<Result[]> {
  const subject = await openSubject();
  const images = new Images({
    engine: subject.workbench.engine,
    resources: join(import.meta.dirname, '..', 'resources', 'images'),
  });
  const image = await images.ensure('lxd', () => {}, new AbortController().signal);
  const results: Result[] = [];
  const contest = async (name: string, nodes: number, rounds: number) => {
    const runs: Timed[] = [];
    const result = await compare({
      name,
      unit: 'ms',
      rounds,
      bar: 1.25,
      subject: async (round) => {
        try {
          const timed = await subject.deploy({ recipe: 'lxd', name: lab, nodes });
          if (round > 0) runs.push(timed);
          return timed.ms;
        } finally {
          await subject.destroy(lab).catch(() => undefined);
        }
      },
      reference: async () => {
        try {
          return await deployLxdReference(docker, image, raw, nodes);
        } finally {
          await removeLxdReference(docker, raw, nodes);
        }
      },
    });
    results.push({ ...result, where: stepTimes(runs) });
  };
  try {
    if (parts.has('i')) await contest('(i) lxd deploy of three', 3, roundsOr(6));
    if (parts.has('j')) await contest('(j) lxd deploy of seven', 7, roundsOr(4));
  } finally {
    await subject.close();
  }
  return results;
}
