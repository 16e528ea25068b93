import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowRight, MessageCircle, Settings2 } from 'lucide-react';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Empty } from '@/shared/ui/empty';
import { FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { TabLinks } from '@/shared/ui/tab-links';
import { useMedia } from '@/shared/ui/use-media';
import { Chat } from '../chat/chat';
import { ConversationList } from './conversation-list';
import { filters } from './filters';
import styles from './inbox.module.css';
import { NewConversation } from './new-conversation';

/** Everybody's conversations: a list beside the one that is open; on a phone one of the two. */
export function InboxPage() {
  const { t } = useLocale();
  const me = useMe();
  const navigate = useNavigate();
  const { show = 'all', c, q } = useSearch({ from: '/frame/whatsapp' });
  const ready = me.business != null && me.has('whatsapp');
  // A phone shows the conversation alone: the list is one step back.
  const alone = useMedia('(width < 900px)') && c !== undefined;
  const open = (id: number | undefined) =>
    void navigate({ to: '/whatsapp', search: (now) => ({ ...now, c: id }) });
  return (
    <Page
      title={t('whatsapp.title')}
      actions={
        ready &&
        !alone && (
          <>
            {me.manages && (
              <LinkButton to="/whatsapp/settings">
                <Settings2 size={18} aria-hidden />
                {t('whatsapp.settings')}
              </LinkButton>
            )}
            <NewConversation onOpen={open} />
          </>
        )
      }
    >
      {!me.business ? (
        <NoBusiness />
      ) : !ready ? (
        <FeatureOff feature="whatsapp" />
      ) : (
        <>
          {!alone && (
            <TabLinks label={t('whatsapp.title')} current={show}>
              {filters.map((one) => (
                <Link
                  key={one}
                  to="/whatsapp"
                  search={{ ...(one !== 'all' && { show: one }), ...(q && { q }) }}
                  activeOptions={{ exact: true, includeSearch: true }}
                  aria-current={one === show ? 'page' : undefined}
                >
                  {t(`whatsapp.show.${one}`)}
                </Link>
              ))}
            </TabLinks>
          )}
          <div className={styles.inbox} data-open={c !== undefined || undefined}>
            <ConversationList show={show} q={q} current={c} onOpen={open} />
            {c === undefined ? (
              <div className={styles.nothing}>
                <Empty icon={MessageCircle} title={t('whatsapp.choose')} text={t('whatsapp.chooseText')} />
              </div>
            ) : (
              <Chat
                id={c}
                back={
                  <Link
                    to="/whatsapp"
                    search={{ ...(show !== 'all' && { show }), ...(q && { q }) }}
                    className={styles.back}
                    aria-label={t('whatsapp.toList')}
                  >
                    <ArrowRight size={20} aria-hidden />
                  </Link>
                }
              />
            )}
          </div>
        </>
      )}
    </Page>
  );
}
