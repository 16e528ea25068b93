import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { Locale } from '@/shared/api/types';
import { LocaleProvider } from '@/shared/i18n/locale-provider';
import { tableSearch } from '@/shared/table/search';
import { ToastProvider } from '@/shared/ui/toasts';

/** Renders something where it lives: in a language, with a cache, toasts and an address of its own. */
export async function show(element: () => ReactNode, { at = '/', locale = 'he' as Locale } = {}) {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: tableSearch,
    component: () => element(),
  });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: [at] }),
  });
  await router.load();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = render(
    <LocaleProvider initial={locale}>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <RouterProvider router={router as never} />
        </ToastProvider>
      </QueryClientProvider>
    </LocaleProvider>,
  );
  return { ...shown, router };
}
