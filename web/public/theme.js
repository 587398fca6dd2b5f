// Before the first paint, so that no page flashes white. Inline it would break the content security policy.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // A browser may be forbidden to store anything, and then the system's theme is shown.
}
