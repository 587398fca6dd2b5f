import { useCallback, useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  const listen = useCallback(
    (changed: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(listen, () => matchMedia(query).matches);
}

/** One column: sidebar and panel are dialogs over the page. */
export const useIsNarrow = (): boolean => useMedia('(max-width: 959px)');
/** The panel takes the place of the sidebar. */
export const useIsMedium = (): boolean => useMedia('(max-width: 1180px)');
export const useIsTouch = (): boolean => useMedia('(hover: none)');
