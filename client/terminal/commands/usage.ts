import { LimitsDocument, UsageDocument, type UsagePurpose } from '../../generated/graphql.ts';
import type { Command } from '../command.ts';
import { count, thousands } from '../count.ts';
import { padToWidth } from '../wrap.ts';

const PURPOSES: Record<UsagePurpose, string> = {
  CHAT: 'Replies',
  REPORT: 'Reports',
  SUMMARY: 'Condensing',
  TITLE: 'Titles',
  EMBEDDING: 'Memory',
};
const NAME_COLUMNS = 12;
const WIDEST_BAR = 30;
const NUMBER_COLUMNS = 12;

export const usage: Command = {
  name: 'usage',
  help: 'the tokens used so far, and what is left',
  async run({ api, terminal }) {
    const [used, allowed] = await Promise.all([api.insist(UsageDocument, {}), api.insist(LimitsDocument, {})]);
    const { sessions, messages, total, byPurpose } = used.viewer.usage;
    const { limits } = allowed.viewer;
    const { style, width } = terminal;
    const most = Math.max(1, ...byPurpose.map((each) => each.usage.totalTokens));
    const columns = Math.max(4, Math.min(WIDEST_BAR, width - 2 - NAME_COLUMNS - NUMBER_COLUMNS));
    const bars = byPurpose
      .filter((each) => each.usage.totalTokens > 0)
      .map(({ purpose, usage: { totalTokens } }) => {
        const bar = '█'.repeat(Math.ceil((totalTokens / most) * columns));
        return `  ${padToWidth(PURPOSES[purpose], NAME_COLUMNS)}${style.quiet(padToWidth(bar, columns))} ${thousands(totalTokens)}`;
      });
    terminal.print(
      '',
      style.strong(`  ${count(total.totalTokens, 'token')}`),
      style.quiet(`  ${count(sessions, 'session')}, ${count(messages, 'message')}`),
      ...bars,
      ...limitLines(limits).map((line) => style.quiet(`  ${line}`)),
      '',
    );
  },
};

interface Limits {
  messagesPerMinute: number | null;
  tokensPerDay: number | null;
  tokensLeftToday: number | null;
  tokensPerSession: number | null;
}

function limitLines({ messagesPerMinute, tokensPerDay, tokensLeftToday, tokensPerSession }: Limits): string[] {
  return [
    ...(messagesPerMinute === null ? [] : [`At most ${count(messagesPerMinute, 'message')} a minute`]),
    ...(tokensPerDay === null
      ? []
      : [`${thousands(tokensLeftToday ?? 0)} of ${thousands(tokensPerDay)} tokens left today`]),
    ...(tokensPerSession === null ? [] : [`At most ${thousands(tokensPerSession)} tokens a session`]),
  ];
}
