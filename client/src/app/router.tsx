import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isApiError } from '@/shared/api/error';
import { meQuery, type Who } from '@/shared/session/me';
import { session } from '@/shared/session/session';
import { FirstRunPage } from '@/features/auth/first-run-page';
import { InvitePage } from '@/features/auth/invite-page';
import { LogInPage } from '@/features/auth/log-in-page';
import { ResetPage } from '@/features/auth/reset-page';
import { tableSearch } from '@/shared/table/search';
import { Crash } from './crash';
import { FrameSkeleton } from './shell/frame-skeleton';
import { home } from './navigation';
import { NotFound } from './not-found';
import { prefetchCustomer } from '@/features/customers/api/prefetch-customer';
import { cardSearch } from '@/features/customers/card/tabs';
import { periodSearch } from '@/features/stats/period';
import { inboxSearch } from '@/features/whatsapp/inbox/filters';
import { AppShell } from './shell/app-shell';

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

/** Only a path of ours is a place to return to: an address from outside would be an open redirect. */
const ownPath = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined;

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: LogInPage,
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = ownPath(search.next);
    return next ? { next } : {};
  },
});
const firstRun = createRoute({ getParentRoute: () => root, path: '/first-run', component: FirstRunPage });
const invite = createRoute({ getParentRoute: () => root, path: '/invite', component: InvitePage });
const reset = createRoute({ getParentRoute: () => root, path: '/reset', component: ResetPage });

const sign = createRoute({
  getParentRoute: () => root,
  path: '/sign',
  component: lazyRouteComponent(() => import('@/features/signing/sign-page'), 'SignPage'),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: lazyRouteComponent(() => import('@/features/signing/verify-page'), 'VerifyPage'),
});

const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: AppShell,
  pendingComponent: FrameSkeleton,
  beforeLoad: async ({ context, location }) => {
    const toLogIn = () =>
      redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href }, replace: true });
    if (session.endsAt() === null) throw toLogIn();
    try {
      return { me: await context.client.ensureQueryData(meQuery) };
    } catch (error) {
      if (isApiError(error, 'unauthenticated')) throw toLogIn();
      throw error;
    }
  },
});

const start = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: ({ context }) => {
    const { me } = context;
    const who: Who = {
      ...me,
      manages: me.business != null && (me.admin || me.business.role === 'manager'),
      has: (feature) => me.business?.features.includes(feature) ?? false,
    };
    throw redirect({ to: home(who), replace: true });
  },
});

const page = <P extends string>(path: P) => ({ getParentRoute: () => frame, path }) as const;

const live = createRoute({
  ...page('/live'),
  validateSearch: (search: Record<string, unknown>): { call?: string } =>
    typeof search.call === 'string' ? { call: search.call } : {},
  component: lazyRouteComponent(() => import('@/features/calls/live-page'), 'LivePage'),
});
const calls = createRoute({
  ...page('/calls'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/calls/calls-page'), 'CallsPage'),
});
const call = createRoute({
  ...page('/calls/$callId'),
  component: lazyRouteComponent(() => import('@/features/calls/call-page'), 'CallPage'),
});
const tasks = createRoute({
  ...page('/tasks'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/tasks/tasks-page'), 'TasksPage'),
});
const customers = createRoute({
  ...page('/customers'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/customers/customers-page'), 'CustomersPage'),
});
const imports = createRoute({
  ...page('/customers/import'),
  validateSearch: (search: Record<string, unknown>): { file?: number } =>
    Number.isSafeInteger(search.file) ? { file: search.file as number } : {},
  component: lazyRouteComponent(() => import('@/features/customers/import/import-page'), 'ImportPage'),
});
const customer = createRoute({
  ...page('/customers/$customerId'),
  validateSearch: cardSearch,
  // Asked for, not waited for: the page opens at once with what is known.
  loader: ({ context, params }) => {
    if (context.me.business?.features.includes('crm'))
      prefetchCustomer(context.client, Number(params.customerId));
  },
  component: lazyRouteComponent(() => import('./customer/customer-page'), 'CustomerPage'),
});
const stats = createRoute({
  ...page('/stats'),
  validateSearch: periodSearch,
  component: lazyRouteComponent(() => import('@/features/stats/stats-page'), 'StatsPage'),
});
const documents = createRoute({
  ...page('/documents'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/documents/documents-page'), 'DocumentsPage'),
});
const templates = createRoute({
  ...page('/documents/templates'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(
    () => import('@/features/documents/templates/templates-page'),
    'TemplatesPage',
  ),
});
const template = createRoute({
  ...page('/documents/templates/$templateId'),
  component: lazyRouteComponent(() => import('@/features/documents/templates/template-page'), 'TemplatePage'),
});
const document = createRoute({
  ...page('/documents/$drawer/$documentId'),
  component: lazyRouteComponent(() => import('@/features/documents/document-page'), 'DocumentPage'),
});
const whatsapp = createRoute({
  ...page('/whatsapp'),
  validateSearch: inboxSearch,
  component: lazyRouteComponent(() => import('@/features/whatsapp/inbox/inbox-page'), 'InboxPage'),
});
const channels = createRoute({
  ...page('/whatsapp/settings'),
  component: lazyRouteComponent(() => import('@/features/whatsapp/settings/channels-page'), 'ChannelsPage'),
});
const businesses = createRoute({
  ...page('/businesses'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/businesses/businesses-page'), 'BusinessesPage'),
});
const people = createRoute({
  ...page('/people'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/people/people-page'), 'PeoplePage'),
});
const audit = createRoute({
  ...page('/audit'),
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('@/features/audit/audit-page'), 'AuditPage'),
});
const settings = createRoute({
  ...page('/settings'),
  validateSearch: (search: Record<string, unknown>): { section?: string } =>
    typeof search.section === 'string' ? { section: search.section } : {},
  component: lazyRouteComponent(() => import('@/features/settings/settings-page'), 'SettingsPage'),
});
const profile = createRoute({
  ...page('/profile'),
  component: lazyRouteComponent(() => import('@/features/profile/profile-page'), 'ProfilePage'),
});
const lost = createRoute({ ...page('$'), component: NotFound });

const tree = root.addChildren([
  login,
  firstRun,
  invite,
  reset,
  sign,
  verify,
  frame.addChildren([
    start,
    live,
    calls,
    call,
    customers,
    imports,
    customer,
    tasks,
    stats,
    documents,
    templates,
    template,
    document,
    whatsapp,
    channels,
    businesses,
    people,
    audit,
    settings,
    profile,
    lost,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
