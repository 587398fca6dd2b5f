import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { CarryoverProvider } from './carryover.tsx';
import { loadRest } from './parts/lazily.ts';
import { followViewportHeight } from './shell/viewport-height.ts';
import { takeToken } from './sign-in/take-token.ts';
import { followOtherTabs } from './sign-in/token.ts';

takeToken();
addEventListener('hashchange', takeToken);
followOtherTabs();
followViewportHeight();

/** The first load has the line to itself. */
const AT_REST_MS = 3000;
addEventListener('load', () => setTimeout(loadRest, AT_REST_MS));

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place for the app.');
createRoot(root).render(
  <StrictMode>
    <CarryoverProvider>
      <App />
    </CarryoverProvider>
  </StrictMode>,
);
