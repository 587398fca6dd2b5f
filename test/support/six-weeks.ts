import type { Said } from './memory-seed.ts';

/** Six weeks of somebody who takes up running, sleeps late and has to learn to delegate; the assistant's words left out. */
export const running: readonly Said[] = [
  {
    on: '2026-03-02',
    text: 'I want to be able to run 10 km by June. Right now I cannot run to the bus without stopping.',
  },
  { on: '2026-03-03', text: "I'll go for a first run on Thursday before work, twenty minutes at most." },
  {
    on: '2026-03-05',
    text: 'I ran two kilometres this morning, with three breaks. It was cold and nobody else was out.',
  },
  { on: '2026-03-10', text: 'I skipped both runs this week because my son was ill and I was up half the night.' },
  { on: '2026-03-12', text: "I'm frustrated that one bad week throws me off like that. What should I do about it?" },
  {
    on: '2026-03-16',
    text: 'Laying my running clothes out the evening before helped. I ran 3 km this morning in the rain.',
  },
  { on: '2026-03-21', text: 'I ran 4 km on Saturday, slowly, but without a break for the first time.' },
  { on: '2026-03-24', text: "I'm moving the Thursday run to the lunch break, the mornings are too tight." },
  { on: '2026-04-02', text: "The lunch run worked well. I finished 5 km and my knee didn't hurt at all." },
  {
    on: '2026-04-09',
    text: 'I missed the run on Tuesday, the meeting went over. I went on Wednesday instead and did 5 km.',
  },
  {
    on: '2026-04-12',
    text: 'I ran 6 km today without stopping. I want to keep three runs a week until the end of May.',
  },
];

export const sleep: readonly Said[] = [
  { on: '2026-03-03', text: 'I sleep badly. I want to be in bed by 22:30 on weekdays.' },
  { on: '2026-03-09', text: 'The phone in bed kills it. I look at work messages and then I lie awake until one.' },
  { on: '2026-03-11', text: "I'll leave the phone in the kitchen every night from tonight on." },
  {
    on: '2026-03-17',
    text: 'Four nights without the phone in the bedroom. I slept better, though I still wake up at five.',
  },
  { on: '2026-03-30', text: "I'm pausing the bedtime goal for now, the end of the quarter is too much." },
  { on: '2026-04-07', text: 'Back to the kitchen rule. I was in bed by 22:30 three times last week.' },
];

export const delegating: readonly Said[] = [
  { on: '2026-03-06', text: "I know I should delegate more, but it's quicker if I do it myself." },
  {
    on: '2026-03-13',
    text: 'I gave the monthly report to Ines. I rewrote half of it on Sunday, which was not the idea.',
  },
  { on: '2026-03-20', text: "I'll give Ines the April report and not open the file before Friday." },
  { on: '2026-04-03', text: 'I did not open the file. It was hard not to look, but the report went out on time.' },
  {
    on: '2026-04-10',
    text: 'Ines did the report alone and found an error of mine from February. I feel relieved and a bit foolish.',
  },
];
