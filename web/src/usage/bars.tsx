import { type KeyboardEvent, useState } from 'react';
import styles from './bars.module.css';
import { BarsPicture } from './bars-picture.tsx';
import { type Grain, roundAbove, type Span } from './spans.ts';
import { fullNameOf, inShort, nameOf, saidOf } from './token-words.ts';

interface BarsProps {
  grain: Grain;
  spans: readonly Span[];
}

/** A bar for each span. The one that is pointed at, or that the arrows have come to, says what it stands for. */
export function Bars({ grain, spans }: BarsProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const last = spans.length - 1;
  const most = roundAbove(Math.max(...spans.map((span) => span.inputTokens + span.outputTokens)));
  const at = Math.min(chosen ?? last, last);
  const shown = pointed ?? chosen;
  const span = shown === null ? undefined : spans[shown];
  const now = spans[at];

  function moveByKey(event: KeyboardEvent) {
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    setPointed(null);
    setChosen(Math.max(0, Math.min(to, last)));
  }

  return (
    <figure className={styles.bars}>
      <figcaption>
        <span className={styles.said}>{span ? saidOf(span, grain) : <Key />}</span>
      </figcaption>
      <div className={styles.plot}>
        <span className={styles.most}>{inShort(most)}</span>
        <div
          className={styles.area}
          role="slider"
          tabIndex={0}
          aria-label={`Tokens a ${grain}`}
          aria-valuemin={1}
          aria-valuemax={spans.length}
          aria-valuenow={at + 1}
          aria-valuetext={now && saidOf(now, grain)}
          onKeyDown={moveByKey}
          onFocus={() => setChosen(at)}
          onBlur={() => setChosen(null)}
          onPointerMove={({ clientX, currentTarget }) => {
            const { left, width } = currentTarget.getBoundingClientRect();
            setPointed(Math.max(0, Math.min(Math.floor(((clientX - left) / width) * spans.length), last)));
          }}
          onPointerLeave={() => setPointed(null)}
        >
          <BarsPicture spans={spans} most={most} shown={shown} />
        </div>
      </div>
      <Names spans={spans} grain={grain} />
    </figure>
  );
}

const Key = () => (
  <span className={styles.key}>
    <i className={styles.input} /> Read <i className={styles.output} /> Written
  </span>
);

/** Under the first and the last bar, and where there is room under the one in the middle. */
function Names({ spans, grain }: BarsProps) {
  const said = (span: Span) => (grain === 'day' ? nameOf(span, grain) : fullNameOf(span, grain));
  const [first, middle, last] = [spans[0], spans[Math.floor(spans.length / 2)], spans.at(-1)];
  return (
    <p className={styles.names} aria-hidden="true">
      {spans.length > 1 && first && <span>{said(first)}</span>}
      {spans.length > 6 && spans.length % 2 === 1 && middle && <span className="wide-only">{said(middle)}</span>}
      {last && <span>{said(last)}</span>}
    </p>
  );
}
