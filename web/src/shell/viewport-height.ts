/**
 * Keeps `--viewport-height` at what can be seen: on iOS the keyboard covers the page and no unit of CSS knows of it.
 * While the page is pinched, what can be seen is less than the page, and the page stays as it is.
 */
export function followViewportHeight(): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const { style } = document.documentElement;
  const follow = () => {
    if (viewport.scale !== 1) return;
    if (Math.round(viewport.height) === window.innerHeight) style.removeProperty('--viewport-height');
    else style.setProperty('--viewport-height', `${viewport.height}px`);
    // iOS scrolls the page under its keyboard, although the page has nothing to scroll.
    if (viewport.offsetTop > 0) window.scrollTo(0, 0);
  };
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  follow();
}
