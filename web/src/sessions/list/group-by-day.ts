import { dayOf } from '../../parts/words.ts';

const DAY_MS = 86_400_000;
const month = new Intl.DateTimeFormat(undefined, { month: 'long' });
const monthOfYear = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });

export interface Group<Session> {
  name: string;
  sessions: Session[];
}

/** Today, Yesterday, the last seven days, and then by month. @param sessions newest first */
export function groupByDay<Session extends { updatedAt: string }>(
  sessions: readonly Session[],
  now = new Date(),
): Group<Session>[] {
  const groups: Group<Session>[] = [];
  for (const session of sessions) {
    const name = groupOf(session.updatedAt, now);
    const last = groups.at(-1);
    if (last?.name === name) last.sessions.push(session);
    else groups.push({ name, sessions: [session] });
  }
  return groups;
}

function groupOf(instant: string, now: Date): string {
  const day = dayOf(instant, now);
  // A clock that is behind the server's.
  if (instant > now.toISOString()) return 'Today';
  if (day === 'Today' || day === 'Yesterday') return day;
  const at = new Date(instant);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (at.getTime() >= midnight - 6 * DAY_MS) return 'Last 7 days';
  return (at.getFullYear() === now.getFullYear() ? month : monthOfYear).format(at);
}
