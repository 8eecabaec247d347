import * as v from 'valibot';
import { LabError } from '../../shared/errors.ts';
import { maxFrameBytes, type ClientFrame } from '../../shared/rpc.ts';

const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const name = v.string();

const clientFrame = v.variant('t', [
  v.strictObject({ t: v.literal('call'), id, name, input: v.unknown() }),
  v.strictObject({ t: v.literal('cancel'), id }),
  v.strictObject({ t: v.literal('sub'), id, name, input: v.unknown() }),
  v.strictObject({ t: v.literal('unsub'), id }),
  v.strictObject({ t: v.literal('stream'), id, terminalId: v.string() }),
  v.strictObject({ t: v.literal('ack'), id, bytes: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
]);

/**
 * A text frame of a client, checked. A frame that breaks the protocol comes from no client of ours: the door closes on it.
 * @throws LabError 'input/invalid' saying what is wrong with it
 */
export function readFrame(text: string): ClientFrame {
  if (text.length > maxFrameBytes) throw new LabError('input/invalid', `A frame of more than ${maxFrameBytes} bytes.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LabError('input/invalid', 'A frame that is not JSON.', { cause });
  }
  const read = v.safeParse(clientFrame, json);
  if (!read.success) throw new LabError('input/invalid', `A frame that is none of ours: ${read.issues[0].message}.`);
  return read.output;
}
