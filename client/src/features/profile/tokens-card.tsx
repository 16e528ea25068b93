import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ApiToken } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Said } from '@/shared/ui/text';
import { useRemoval, useRemoved } from '@/shared/ui/use-removal';
import { useDeleteToken } from './api/delete-token';
import { tokensQuery } from './api/list-tokens';
import styles from './profile.module.css';
import { TokenDialog } from './token-dialog';

export function TokensCard() {
  const { t } = useLocale();
  const me = useMe();
  const query = useQuery(tokensQuery);
  const removed = useRemoved();
  const [making, setMaking] = useState(false);
  const tokens = (query.data?.results ?? []).filter((token) => !removed.has(`token:${token.id}`));
  // A token acts in a business of one's own.
  const mayMake = me.memberships.length > 0;
  return (
    <Card
      title={t('profile.tokens')}
      text={t('profile.tokensText')}
      actions={
        mayMake && (
          <Button small onClick={() => setMaking(true)}>
            <Plus size={16} aria-hidden />
            {t('profile.newToken')}
          </Button>
        )
      }
    >
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={2} />
      ) : tokens.length === 0 ? (
        <p className={styles.quiet}>{t('profile.noTokens')}</p>
      ) : (
        <ul>
          {tokens.map((token) => (
            <Row key={token.id} token={token} />
          ))}
        </ul>
      )}
      <TokenDialog open={making} onClose={() => setMaking(false)} />
    </Card>
  );
}

function Row({ token }: { token: ApiToken }) {
  const { t, format } = useLocale();
  const removal = useRemoval();
  const remove = useDeleteToken();
  return (
    <li className={styles.row}>
      <KeyRound size={20} aria-hidden />
      <div className={styles.words}>
        <p className={styles.name}>
          <Said>{token.name}</Said>
        </p>
        <p className={styles.quiet}>
          {token.role && `${t(`role.${token.role}`)} · `}
          {token.last_used_at
            ? t('profile.tokenUsed', { when: format.relative(token.last_used_at) })
            : t('profile.tokenNever')}
        </p>
      </div>
      <IconButton
        small
        label={`${t('action.delete')}: ${token.name}`}
        onClick={() =>
          removal({
            key: `token:${token.id}`,
            text: t('profile.tokenDeleted', { name: token.name }),
            commit: (leaving) => remove.mutateAsync({ id: token.id, leaving }),
          })
        }
      >
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </li>
  );
}
