// @vitest-environment happy-dom
import { act, Suspense } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lazily } from '../../web/src/parts/lazily.ts';
import { RegionBoundary } from '../../web/src/shell/region-boundary.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let isBroken = true;
function Fragile() {
  if (isBroken) throw new Error('This part breaks.');
  return <p>Whole again</p>;
}

const page = (place: string) => (
  <>
    <RegionBoundary name="The list" place={place}>
      <Fragile />
    </RegionBoundary>
    <textarea defaultValue="What I was about to say" />
  </>
);

let root: Root;
beforeEach(() => {
  isBroken = true;
  // React tells the console of what it caught.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  root = createRoot(document.body.appendChild(document.createElement('div')));
});
afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

test('what breaks in one part of the page leaves the others and their text, and may be tried again', () => {
  act(() => root.render(page('/')));
  expect(document.querySelector('[role=alert]')?.textContent).toContain('The list could not be shown.');
  expect(document.querySelector('textarea')?.value).toBe('What I was about to say');
  isBroken = false;
  act(() => document.querySelector('button')?.click());
  expect(document.querySelector('p')?.textContent).toBe('Whole again');
});

test('another place is shown without what broke in the one before', () => {
  act(() => root.render(page('/')));
  isBroken = false;
  act(() => root.render(page('/settings')));
  expect(document.querySelector('[role=alert]')).toBe(null);
  expect(document.querySelector('p')?.textContent).toBe('Whole again');
});

test('what could not be fetched says so, over the page, and can be closed', async () => {
  const Missing = lazily<object>(() => Promise.reject(new Error('No server.')));
  const close = vi.fn();
  await act(async () =>
    root.render(
      <RegionBoundary name="What you opened" onClose={close}>
        <Suspense>
          <Missing />
        </Suspense>
      </RegionBoundary>,
    ),
  );
  expect(document.querySelector('[role=alert]')?.textContent).toContain('could not be fetched');
  const buttons = [...document.querySelectorAll('button')];
  // Rendered again it would be as missing as before.
  expect(buttons.map(({ textContent }) => textContent)).toEqual(['Load the page anew', 'Close']);
  act(() => buttons[1]?.click());
  expect(close).toHaveBeenCalledOnce();
});
