import { memo } from 'react';
import styles from './bars.module.css';
import type { Span } from './spans.ts';

const HEIGHT = 160;
/** Of the room of a bar, what it takes. */
const PART = 0.76;
/** However many there are to share the room. */
const MAX_WIDTH_PERCENT = 8;
const LINES = [0, 0.5, 1];

interface BarsPictureProps {
  spans: readonly Span[];
  /** What the uppermost line stands for. */
  most: number;
  /** Which of them is spoken of. */
  shown: number | null;
}

export const BarsPicture = memo(({ spans, most, shown }: BarsPictureProps) => {
  const room = 100 / spans.length;
  const width = Math.min(room * PART, MAX_WIDTH_PERCENT);
  const heightOf = (tokens: number) => (tokens / most) * HEIGHT;
  return (
    <svg className={styles.picture} height={HEIGHT + 1} aria-hidden="true">
      {LINES.map((part) => (
        <line key={part} x1="0" x2="100%" y1={HEIGHT * part + 0.5} y2={HEIGHT * part + 0.5} />
      ))}
      {spans.map(({ from, inputTokens, outputTokens }, at) => {
        const [input, output] = [heightOf(inputTokens), heightOf(outputTokens)];
        const x = `${at * room + (room - width) / 2}%`;
        const bar = { x, width: `${width}%` };
        return (
          <g key={from} data-dim={shown !== null && shown !== at ? '' : undefined}>
            <rect className={styles.input} {...bar} y={HEIGHT - input} height={input} />
            <rect className={styles.output} {...bar} y={HEIGHT - input - output} height={output} />
          </g>
        );
      })}
    </svg>
  );
});
