import * as v from 'valibot';
import { LabError } from '../../shared/errors.ts';

/**
 * The input of a call or topic, checked against its schema.
 * @throws LabError 'input/invalid' with the field, e.g. `nodes`, and what it must be
 */
export function readInput<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const read = v.safeParse(schema, input);
  if (read.success) return read.output;
  const issue = read.issues[0];
  const field = v.getDotPath(issue);
  throw new LabError('input/invalid', sentence(issue, field), field === null ? {} : { field });
}

/** What is wrong in words: valibot's own sentence, but for the two cases everybody meets. */
function sentence(issue: v.BaseIssue<unknown>, field: string | null): string {
  if (field === null) return `The input is not as expected: ${issue.message}.`;
  if (issue.expected === 'never') return `There is no "${field}" here.`;
  if (issue.received === 'undefined') return `"${field}" is missing.`;
  return `"${field}" is not as expected: ${issue.message}.`;
}
