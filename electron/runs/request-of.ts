import { LabError } from '../../shared/errors.ts';
import type { LabRequest } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';
import { label } from '../engines/labels.ts';

/** The request a lab was made from, by its labels. @throws LabError 'source/unreadable' */
export function requestOf(lab: string, found: Found | null): LabRequest {
  const spec = [...(found?.nodes ?? []), ...(found?.networks ?? [])]
    .map(({ labels }) => labels[label.spec])
    .find(Boolean);
  try {
    return JSON.parse(spec ?? '') as LabRequest;
  } catch (cause) {
    throw new LabError('source/unreadable', `The labels of ${lab} do not say how it was made.`, {
      cause,
      fix: `Destroy ${lab}: that needs no more than its name.`,
    });
  }
}
