// Before the first paint, so that no page flashes white. Inline it would break the content security policy.
{
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
}
