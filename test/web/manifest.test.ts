import { expect, test } from 'vitest';
import { countsOf, type Item, type Manifest, rowsOf, scaleOf } from '../../web/src/why/manifest.ts';
import { basisWords } from '../../web/src/why/words-of-why.ts';

function item(given: Partial<Item>): Item {
  return {
    marker: null,
    decision: 'INCLUDED',
    reason: null,
    score: null,
    tokens: 10,
    excerpt: '',
    source: null,
    ...given,
  };
}

const dropped = (reason: string) => item({ decision: 'DROPPED', reason });

type Sections = Partial<Record<Manifest['sections'][number]['kind'], Item[]>>;

function manifestOf(sections: Sections, notes: string[] = []): Manifest {
  const kinds = ['INSTRUCTIONS', 'DOCUMENTS', 'MEMORY', 'RECENT_TURNS', 'USER_MESSAGE'] as const;
  return {
    ...{ requestHash: '', contextWindowTokens: 16_000, replyTokens: 1_000, budgetTokens: 900, usedTokens: 800 },
    ...{ notes, messages: [] },
    sections: kinds.map((kind) => {
      const items = sections[kind] ?? [];
      return { kind, tokens: 10 * items.length, wantedTokens: 300, summarized: false, items };
    }),
  };
}

test('under a reply stands in a few words what it was based on', () => {
  const memory = [item({}), item({ decision: 'TRUNCATED' }), dropped('')];
  expect(basisWords(manifestOf({ MEMORY: memory, DOCUMENTS: [item({})] }))).toBe('2 memories, 1 passage · 2 cut');
  expect(basisWords(manifestOf({ MEMORY: [item({})] }), true)).toBe('1 message');
  expect(basisWords(manifestOf({ RECENT_TURNS: [item({}), item({})] }))).toBe('2 recent messages');
  expect(basisWords(manifestOf({}))).toBe('your message alone');
  expect(basisWords(manifestOf({}, ['Long-term memory is off: nothing was recalled.']))).toBe(
    'Memory off · your message alone',
  );
  expect(basisWords(manifestOf({ DOCUMENTS: [item({})] }, ['Memory could not be searched.']))).toBe(
    'Memory was not searched · 1 passage',
  );
});

test('what was sent and what was cut add up to everything', () => {
  const manifest = manifestOf({ MEMORY: [item({}), item({ decision: 'TRUNCATED' }), dropped('')] });
  expect(countsOf(manifest)).toEqual({ ALL: 3, SENT: 1, CUT: 2 });
  expect(scaleOf(manifest)).toBe(300);
});

test('neighbours that met the same fate are one row: recent turns from two on, what was left out from five on', () => {
  const lengths = (kind: 'RECENT_TURNS' | 'MEMORY', items: Item[]) =>
    rowsOf(kind, items).map((row) => [row.at, row.items.length]);
  const recent = [dropped('old'), dropped('old'), item({ decision: 'TRUNCATED' }), item({}), item({}), item({})];
  expect(lengths('RECENT_TURNS', recent)).toEqual([
    [0, 2],
    [2, 1],
    [3, 3],
  ]);
  expect(lengths('MEMORY', [item({}), item({}), dropped('no room'), dropped('no room')])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  const many = Array.from({ length: 5 }, () => dropped('no room'));
  expect(lengths('MEMORY', [item({}), ...many, dropped('known')])).toEqual([
    [0, 1],
    [1, 5],
    [6, 1],
  ]);
});
