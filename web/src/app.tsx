import { Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { Room } from './conversation/room.tsx';
import { UploadsProvider } from './documents/uploads/uploads.tsx';
import { Announcer } from './parts/announcer.tsx';
import { lazily } from './parts/lazily.ts';
import { ToastProvider } from './parts/toasts.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';

// Who opens a conversation does not wait for the library.
const Documents = lazily(() => import('./documents/documents.tsx'));
const Memory = lazily(() => import('./memory/memory.tsx'));
const Usage = lazily(() => import('./usage/usage.tsx'));
const Settings = lazily(() => import('./settings/settings.tsx'));

/** `/`, where a session begins, and `/s/<id>`: one place, so that nothing on it is put in anew when it has begun. */
const ROOM = /^\/(?:s\/(?<id>[^/]+)\/?)?$/;

export function App() {
  return (
    <Announcer>
      <ToastProvider>
        <UploadsProvider>
          <Shell>
            <Suspense fallback={null}>
              <Switch>
                <Route path={ROOM}>{({ id }) => <Room id={id ?? null} />}</Route>
                <Route path="/documents" component={Documents} />
                <Route path="/memory" component={Memory} />
                <Route path="/usage" component={Usage} />
                <Route path="/settings" component={Settings} />
                <Route component={NotFound} />
              </Switch>
            </Suspense>
          </Shell>
        </UploadsProvider>
      </ToastProvider>
    </Announcer>
  );
}
