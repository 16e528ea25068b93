import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import { DueHost } from '@/features/tasks/due/due-host';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { CommandPalette } from '../palette/command-palette';
import { ShortcutSheet } from '../palette/shortcut-sheet';
import { useFrameShortcuts } from '../palette/use-frame-shortcuts';
import styles from './app-shell.module.css';
import { Drawer } from './drawer';
import { Header } from './header';
import { News } from './news';
import { OfflineBanner } from './offline-banner';
import { PushMessages } from './push-messages';
import { Sidebar } from './sidebar';

/** The frame around every page: sidebar, header, and what can be called from anywhere. */
export function AppShell() {
  const { t, setTimeZone } = useLocale();
  const me = useMe();
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(path);

  const zone = me.business?.time_zone;
  useEffect(() => {
    if (zone) setTimeZone(zone);
  }, [zone, setTimeZone]);

  // A new page is announced by where the focus goes; the first one keeps the browser's.
  useEffect(() => {
    if (lastPath.current === path) return;
    lastPath.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);

  useFrameShortcuts({ palette: () => setPalette((open) => !open), sheet: () => setSheet(true) });

  return (
    <div className={styles.frame}>
      <a href="#main" className={styles.skip}>
        {t('nav.skip')}
      </a>
      <aside className={styles.sidebar} data-frame="">
        <Sidebar />
      </aside>
      <Drawer open={menu} onClose={() => setMenu(false)}>
        <Sidebar onGo={() => setMenu(false)} />
      </Drawer>
      <div className={styles.column}>
        <Header
          onMenu={() => setMenu(true)}
          onPalette={() => setPalette(true)}
          onSheet={() => setSheet(true)}
        />
        <OfflineBanner />
        <main id="main" ref={main} tabIndex={-1} className={styles.main}>
          <Suspense fallback={<SkeletonLines lines={6} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <CommandPalette open={palette} onClose={() => setPalette(false)} onSheet={() => setSheet(true)} />
      <ShortcutSheet open={sheet} onClose={() => setSheet(false)} />
      {me.business && <News key={me.business.id} />}
      <PushMessages />
      {me.has('crm') && <DueHost key={`due-${me.business?.id}`} />}
    </div>
  );
}
