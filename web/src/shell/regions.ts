interface Region {
  area: string;
  /** What in it takes the focus; the area itself where there is none. */
  entry?: string;
}

/** In the order of the page. */
const REGIONS: readonly Region[] = [
  { area: '[data-region=sessions]', entry: '[data-row][tabindex="0"]' },
  { area: 'main > section' },
  { area: 'main form', entry: 'textarea' },
  { area: '[data-panel]', entry: 'h2' },
];

/** Moves the focus to the next region that is there, or to the one before. */
export function focusRegion(step: 1 | -1): void {
  const places = REGIONS.flatMap((region) => {
    const area = document.querySelector<HTMLElement>(region.area);
    const entry = region.entry ? area?.querySelector<HTMLElement>(region.entry) : area;
    return area ? [{ area, entry: entry ?? firstFocusable(area) }] : [];
  });
  const at = places.findIndex(({ area }) => area.contains(document.activeElement));
  const start = at < 0 ? (step === 1 ? 0 : 1) : at;
  for (let tried = 1; tried <= places.length; tried += 1) {
    const { entry } = places[(start + step * tried + places.length * tried) % places.length] ?? {};
    entry?.focus();
    if (entry && entry === document.activeElement) return;
  }
}

/** @returns whether there is one on this page */
export function focusComposer(): boolean {
  const field = document.querySelector<HTMLElement>('main form textarea');
  field?.focus();
  return field !== null;
}

const firstFocusable = (area: HTMLElement): HTMLElement | null =>
  area.querySelector<HTMLElement>('a[href], button:not(:disabled), input, [tabindex]');
