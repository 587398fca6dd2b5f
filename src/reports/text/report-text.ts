import { mostSentences, sectionLabels, type WrittenSection } from '../../models/report-parts.ts';
import { checkSentence, type Fault } from '../checks/check-sentence.ts';
import type { Given } from '../checks/given.ts';
import { labelIn, saysNothing, tidied } from './model-line.ts';
import { type Piece, SentenceReader } from './sentence-reader.ts';

/** A section of a report: what we write of it, and what a model may add. */
export interface PlannedSection {
  /** Null where a model writes nothing of it. */
  written: WrittenSection | null;
  /** Null where it stands under the heading before. */
  heading: string | null;
  /** Ours: lines that come before what the model adds. */
  own: readonly string[];
  form: 'LIST' | 'PARAGRAPH';
  /** What rules say of it, where nothing of the model's held. */
  byRules: readonly string[];
  /** Where rules have nothing to say either; null where that needs no word. */
  empty: string | null;
}

export interface ReportPlan {
  sections: readonly PlannedSection[];
  given: Given;
  /** What closes the report, by the markers that its text has. */
  sources: (cited: ReadonlySet<number>) => string;
}

/** That nothing held is not that there was nothing. */
const UNHELD = 'Nothing of what was written here could be checked against your words.';

/**
 * Stands between a model and the report. Headings, order and all that is ours come from the plan; of the model's text only
 * sentences enter that are checked to rest on what they cite.
 */
export class ReportText {
  readonly #plan: ReportPlan;
  readonly #reader = new SentenceReader();
  readonly #leftOut = new Map<Fault, number>();
  readonly #seen = new Set<string>();
  readonly #byRules: WrittenSection[] = [];
  /** Of the section that is being written. */
  #at = -1;
  #kept = 0;
  #faults = 0;
  #fresh = '';
  #hasEnded = false;
  #cited = new Set<number>();

  constructor(plan: ReportPlan) {
    this.#plan = plan;
  }

  /** @returns what enters the report: possibly nothing yet */
  push(text: string): string {
    for (const piece of this.#reader.push(text)) this.#take(piece);
    return this.#flush();
  }

  /** The rest: what was held back, the sections that are missing, and the sources; nothing where it was broken off. */
  end(how: 'WHOLE' | 'CUT' | 'BROKEN'): string {
    if (how === 'BROKEN' || this.#hasEnded) return '';
    this.#hasEnded = true;
    for (const piece of this.#reader.end(how === 'WHOLE')) this.#take(piece);
    this.#goTo(this.#plan.sections.length);
    this.#add(this.#plan.sources(this.#cited));
    return this.#flush();
  }

  /** For the manifest. */
  get notes(): string[] {
    const counts = [...this.#leftOut];
    const sum = counts.reduce((all, [, count]) => all + count, 0);
    const reasons = counts.map(([fault, count]) => `${count} ${reasonOf[fault]}`).join(', ');
    const labels = this.#byRules.map((section) => sectionLabels[section].toLowerCase());
    return [
      ...(sum > 0 ? [`${sum} ${sum === 1 ? 'sentence' : 'sentences'} left out: ${reasons}.`] : []),
      ...(labels.length > 0
        ? [`Written by rules, since nothing of the model's held there: ${labels.join(', ')}.`]
        : []),
    ];
  }

  #take(piece: Piece): void {
    const fault = piece.type === 'ENDLESS' ? 'SHAPE' : this.#enter(piece);
    if (!fault) return;
    this.#faults += 1;
    this.#leftOut.set(fault, (this.#leftOut.get(fault) ?? 0) + 1);
  }

  /** @returns why it stayed out; null where it entered, or was a label */
  #enter(piece: { text: string; beginsLine: boolean }): Fault | null {
    const { label, rest } = piece.beginsLine ? labelIn(piece.text) : { label: null, rest: piece.text };
    if (label !== null) this.#goTo(this.#indexOf(label));
    if (rest === '' || saysNothing(rest)) return null;
    this.#goTo(this.#indexOf('BRIEF'));
    const section = this.#plan.sections[this.#at];
    if (!section?.written) return 'SHAPE';
    const sentence = tidied(rest);
    const fault = checkSentence(sentence, section.written === 'QUESTIONS' ? 'QUESTION' : 'STATEMENT', this.#plan.given);
    if (fault) return fault;
    if (this.#seen.has(sentence) || this.#kept === mostSentences[section.written]) return 'TOO_MANY';
    this.#seen.add(sentence);
    this.#item(section, sentence);
    return null;
  }

  /** Ends the sections before the one at `index`, and begins that one. */
  #goTo(index: number): void {
    while (this.#at < index) {
      this.#closeSection();
      this.#at += 1;
      this.#openSection();
    }
  }

  #openSection(): void {
    const section = this.#plan.sections[this.#at];
    this.#kept = 0;
    this.#faults = 0;
    if (!section) return;
    if (section.heading !== null) this.#add(`\n\n## ${section.heading}`);
    if (section.own.length > 0) this.#add(`\n\n${section.own.join('\n')}`);
  }

  #closeSection(): void {
    const section = this.#plan.sections[this.#at];
    if (!section?.written || this.#kept > 0) return;
    if (section.byRules.length > 0) this.#byRules.push(section.written);
    else if (this.#faults > 0) this.#item(section, UNHELD);
    else if (section.empty !== null) this.#item(section, section.empty);
    for (const sentence of section.byRules) this.#item(section, sentence);
  }

  #item(section: PlannedSection, text: string): void {
    const before = this.#kept === 0 ? '\n\n' : section.form === 'LIST' ? '\n' : ' ';
    this.#add(`${before}${section.form === 'LIST' ? '- ' : ''}${text}`);
    this.#kept += 1;
  }

  #add(text: string): void {
    this.#fresh += text;
    for (const [, markers = ''] of text.matchAll(/\[(\d+(?:, \d+)*)\]/g)) {
      for (const marker of markers.split(', ')) this.#cited.add(Number(marker));
    }
  }

  #flush(): string {
    const fresh = this.#fresh;
    this.#fresh = '';
    return fresh;
  }

  #indexOf(section: WrittenSection): number {
    return this.#plan.sections.findIndex(({ written }) => written === section);
  }
}

const reasonOf: Readonly<Record<Fault, string>> = {
  CITES_NOTHING: 'cited nothing',
  SOURCE: 'cited what was not given',
  QUOTATION: 'quoted what no cited source says',
  MATTER: 'spoke of something else than what it cited',
  NUMBER: 'gave a number or date that nothing supports',
  CAUSE: 'gave a reason that the source does not give',
  JUDGEMENT: 'judged, praised, diagnosed or advised',
  SHAPE: 'had the wrong form',
  TOO_MANY: 'came on top of what the section holds',
};
