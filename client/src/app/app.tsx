import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Component, useEffect, type ReactNode } from 'react';
import { LocaleProvider } from '@/shared/i18n/locale-provider';
import { session } from '@/shared/session/session';
import { ToastProvider } from '@/shared/ui/toasts';
import { Crash } from './crash';
import type { makeRouter } from './router';

interface Props {
  client: QueryClient;
  router: ReturnType<typeof makeRouter>;
}

export function App({ client, router }: Props) {
  useEffect(
    () =>
      session.onLost(() => {
        const { href, pathname } = router.state.location;
        if (/^\/(login|first-run|invite|reset)$/.test(pathname)) return;
        client.clear();
        void router.navigate({ to: '/login', search: { next: href }, replace: true });
      }),
    [client, router],
  );
  return (
    <LocaleProvider>
      <LastResort>
        <QueryClientProvider client={client}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </QueryClientProvider>
      </LastResort>
    </LocaleProvider>
  );
}

/** Behind the router's own boundaries: even a fault of the frame ends in a page that can be reloaded. */
class LastResort extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    return this.state.error ? (
      <Crash error={this.state.error} reset={() => this.setState({ error: null })} />
    ) : (
      this.props.children
    );
  }
}
