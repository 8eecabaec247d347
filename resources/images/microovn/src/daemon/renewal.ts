import { newAuthority, endsWithin } from './pki.ts';
import type { NodeMember } from './node-member.ts';
import { replaceAuthority } from './operations.ts';
import { wordsOf } from './refusal.ts';
import { authorityOf, configKey } from './snapshot.ts';
import { log } from './log.ts';

const RENEW_DAYS = 10;

/** Renews what ends within 10 days: now, and each night between 02:00 and 02:30 local time (contract 3.7). */
export function renewDaily(member: NodeMember): void {
  const renew = () => {
    renewAuthority(member)
      .then(() => member.renew(RENEW_DAYS))
      .catch((error: unknown) => log(`renewal: ${wordsOf(error)}`));
  };
  renew();
  const schedule = () => {
    setTimeout(
      () => {
        renew();
        schedule();
      },
      untilTonight(new Date(), Math.random()),
    ).unref();
  };
  schedule();
}

/** Milliseconds to the next time between 02:00 and 02:30. @param chance 0 to 1, where in that half hour */
export function untilTonight(now: Date, chance: number): number {
  const next = new Date(now);
  next.setHours(2, 0, Math.floor(chance * 1800), 0);
  if (next.getTime() <= now.getTime()) next.setDate(next.getDate() + 1);
  return next.getTime() - now.getTime();
}

/** Members see the new authority in the database and issue their certificates anew by themselves. */
async function renewAuthority(member: NodeMember): Promise<void> {
  const snapshot = await member.database.ready();
  const isOurs = snapshot.config.get(configKey.caAutoRenew) === 'yes';
  if (!member.database.leads || !isOurs || !endsWithin(authorityOf(snapshot).certificate, RENEW_DAYS)) return;
  await member.database.change(() => replaceAuthority(newAuthority(), true));
}
