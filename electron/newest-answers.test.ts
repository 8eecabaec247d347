import { expect, it } from 'vitest';
import { deferred } from './deferred.ts';
import { NewestAnswers } from './newest-answers.ts';

it('takes no answer that is older than the last, and none about what is gone', async () => {
  const newest = new NewestAnswers();
  const [first, second] = [deferred(), deferred()];
  const taken: string[] = [];
  const ask = (name: string, answered: Promise<void>) =>
    newest.ask(async (asked) => {
      await answered;
      for (const id of ['a', 'b']) if (newest.take(id, asked)) taken.push(`${id} of ${name}`);
    });
  const asking = [ask('first', first.promise), ask('second', second.promise)];
  newest.gone('b');
  second.resolve();
  await asking[1];
  first.resolve();
  await asking[0];
  expect(taken).toEqual(['a of second']);
  await ask('third', Promise.resolve());
  expect(taken).toEqual(['a of second', 'a of third', 'b of third']);
});
