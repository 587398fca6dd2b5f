import type { ReportPassage } from '../report-parts.ts';
import { contentStems } from './content-stems.ts';
import { speaksOfHarm } from './harm.ts';
import { cut } from './quotation.ts';
import { hasTag, isOtherLanguage } from './readable.ts';
import { kindOfSentence, type SentenceKind } from './sentence-kinds.ts';
import { plain, sentencesOf, wordCount } from './sentences.ts';

/** A sentence of the viewer's that can be quoted. */
export interface Statement {
  marker: number;
  saidAt: Date;
  /** An exact substring of its passage. */
  text: string;
  kind: SentenceKind;
  /** What it is about. */
  stems: ReadonlySet<string>;
  /** Whether it says that something helped. */
  isHelp: boolean;
}

const help =
  /\b(?:slept|went|felt|worked|goes|works) (?:much |a bit |a little |really )?better\b|\b(helped|helps|helping|made (it|that|this) easier|makes (it|that|this) easier|works? (well|best|better) for me|worked (well|better|for me)|what works|easier (when|if|after|with)|good idea)\b/i;

/** What is set aside, moved or taken up again, though no day is named. */
const change =
  /\b(?:i'm|i am|i've|i have|we're|i) (?:now |just )?(?:pausing|paused|dropping|dropped|postponing|postponed|moving|moved|swapping|swapped|resuming|resumed) (?:the|my|our|that|this)\b|\bi(?:'ve| have)? (?:no longer (?:want|plan|need|aim|intend)|gave up|given up|decided against)\b|^back to (?:the|my)\b/i;

/** Said of a goal that is one no more. */
const givenUp =
  /\b(?:no longer|n['’]t\b.* any ?more|gave up|given up|giving up|dropp(?:ed|ing)|paus(?:ed|ing)|cancell?ed|decided against)\b/i;

/** Whether a later statement takes back what this one set out to do: it is not to be asked after as if it held. */
export const isGivenUp = (aim: Statement, statements: readonly Statement[]): boolean =>
  statements.some(
    ({ saidAt, text, stems }) =>
      saidAt > aim.saidAt && givenUp.test(text) && [...stems].some((stem) => aim.stems.has(stem)),
  );

/** Weightier is what carries a conversation; what asks us, or says little, weighs nothing. */
export const weightOfKind: Readonly<Record<SentenceKind, number>> = {
  GOAL: 3,
  COMMITMENT: 3,
  PLAN_CHANGE: 3,
  REPORT: 2.5,
  SETBACK: 2.5,
  AMBIVALENT: 2,
  RELUCTANT: 2,
  FEELING: 1.5,
  OTHER: 1,
  SHORT: 0,
  SUMMARY: 0,
  RECALL: 0,
  ADVICE: 0,
};

/** Passages are looked at from many sides for one report. */
const known = new WeakMap<ReportPassage, Statement[]>();

/** What a passage states, in its order; nothing where it speaks of harm, and nothing of what it asks. */
export function statementsOf(passage: ReportPassage): Statement[] {
  const statements = known.get(passage) ?? readStatements(passage);
  known.set(passage, statements);
  return statements;
}

function readStatements(passage: ReportPassage): Statement[] {
  const { saidAt, marker } = passage;
  if (saidAt === null || speaksOfHarm(passage.text)) return [];
  return sentencesOf(passage.text).flatMap((sentence) => {
    if (lengthOf(sentence) < 3 || /[?？]$/.test(sentence) || hasTag(sentence)) return [];
    const kind = kindIn(plain(sentence));
    const text = weightOfKind[kind] === 0 ? null : cut(sentence, new Set());
    if (text === null || !passage.text.includes(text)) return [];
    return [
      { marker, saidAt, text, kind, stems: contentStems(text), isHelp: help.test(sentence) && kind !== 'SETBACK' },
    ];
  });
}

/** In words; a script that sets no spaces is counted by its signs, two a word. */
export const lengthOf = (text: string): number => wordCount(text) + Math.floor((text.match(unspaced)?.length ?? 0) / 2);

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

function kindIn(sentence: string): SentenceKind {
  // Rules read English: what else it may be, they cannot tell.
  if (isOtherLanguage(sentence)) return 'OTHER';
  const kind = kindOfSentence(sentence);
  return (kind === 'OTHER' || kind === 'REPORT') && change.test(sentence) ? 'PLAN_CHANGE' : kind;
}

const undone = /\bdid(?:n't|n’t| not) (\p{L}+)/iu;
/** Nobody's doing, or none that is missed. */
const unmissed = /\bdid(?:n't|n’t| not) (?:hurt|ache|matter|mind|bother|stop|give up|break)\b/i;
const ownUndone = /(?:^|\b(?:i|we) (?:\p{L}+ )?)did(?:n't|n’t| not)\b/iu;

/** The setbacks among them. “I did not look” is none, where “not look” was the plan. */
export function setbacksAmong(statements: readonly Statement[]): Statement[] {
  return statements.filter((statement) => {
    const verb = undone.exec(statement.text)?.[1];
    if (statement.kind !== 'SETBACK' || verb === undefined) return statement.kind === 'SETBACK';
    const { saidAt, text } = statement;
    const wasPlanned = statements.some(
      (plan) =>
        plan.kind === 'COMMITMENT' &&
        plan.saidAt < saidAt &&
        new RegExp(`\\bnot (?:to )?${verb}\\b`, 'i').test(plan.text),
    );
    return ownUndone.test(text) && !unmissed.test(text) && !wasPlanned;
  });
}

/** At most `most`, spread evenly over the period, each thing once; oldest first. */
export function spread(statements: readonly Statement[], most: number): Statement[] {
  const distinct = statements.filter(
    (each, at) => !statements.slice(0, at).some((other) => other.marker === each.marker || isAlike(other, each)),
  );
  const inOrder = distinct.toSorted((a, b) => a.saidAt.getTime() - b.saidAt.getTime() || a.marker - b.marker);
  if (inOrder.length <= most) return inOrder;
  const step = (inOrder.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, at) => inOrder[Math.round(at * step)]).flatMap((each) => each ?? []);
}

function isAlike({ stems: a }: Statement, { stems: b }: Statement): boolean {
  const shared = [...a].filter((stem) => b.has(stem)).length;
  return shared > 0 && shared / (a.size + b.size - shared) > 0.6;
}
