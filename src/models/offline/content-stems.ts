import { stemmer } from 'stemmer';
import { presentOf } from './past-tense.ts';

// An amount or a unit of time in both of two texts makes neither of them about the other.
const amounts = `three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty hundred second seconds
  minute minutes hour hours`;

const emptyWords = new Set(
  `a about after again all also always am an and any anything are as at away back be because been before being best
  better between big bit both but by can could day days did do does doing done don down each easy enough even ever every
  feel few find first for from get go going good great had happen hard has have having he hear help her here hers him
  his how i if in into is it its just keep kind know last later least less let like little long look lot made make many
  maybe me mean mention mentioned might mine month months more morning most much must my myself need never new next no not nothing now of
  off often ok okay on once one only or other our out over own part people please put quite rather real really recall remember remind right
  same say see seem should since so some something sometimes soon still stuff such sure take tell than thank thanks that
  the their them then there these they thing things think this those though three time times to today tomorrow tonight
  too try two under until up us use usually very want was way we week weeks well were what when where whether which while who
  whom why will with without word work wish would write year years yes yesterday yet you your yours ${amounts}`.split(
    /\s+/,
  ),
);

const stemOf = (word: string) => stemmer(presentOf(word) ?? word);

/** What a text is about, word by word: lower case, without endings; the words that are in every text left out. */
export function contentStems(text: string): Set<string> {
  const words = text
    .toLowerCase()
    .replace(/['’]\p{L}+/gu, '')
    .match(/\p{L}{3,40}/gu);
  const content = (words ?? []).filter((word) => !emptyWords.has(word) && !emptyWords.has(presentOf(word) ?? ''));
  return new Set(content.map(stemOf));
}
