import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { CarryoverProvider } from './carryover.tsx';
import { followViewportHeight } from './shell/viewport-height.ts';
import { takeToken } from './sign-in/take-token.ts';
import { followOtherTabs } from './sign-in/token.ts';

takeToken();
addEventListener('hashchange', takeToken);
followOtherTabs();
followViewportHeight();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place for the app.');
createRoot(root).render(
  <StrictMode>
    <CarryoverProvider>
      <App />
    </CarryoverProvider>
  </StrictMode>,
);
