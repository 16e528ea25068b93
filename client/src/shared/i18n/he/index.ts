import { audit } from './audit';
import { businesses } from './businesses';
import { calls } from './calls';
import { customers } from './customers';
import { documents } from './documents';
import { door } from './door';
import { frame } from './frame';
import { imports } from './imports';
import { outgoing } from './outgoing';
import { people } from './people';
import { policy } from './policy';
import { profile } from './profile';
import { refusals } from './refusals';
import { settings } from './settings';
import { stats } from './stats';
import { table } from './table';
import { tasks } from './tasks';
import { templates } from './templates';
import { whatsapp } from './whatsapp';

/**
 * The Hebrew catalogue: gender-neutral, short, one sentence says one thing. Its keys are the keys of every language, and each
 * is in one subject only (a test compares).
 */
export const he = {
  ...audit,
  ...businesses,
  ...calls,
  ...customers,
  ...documents,
  ...door,
  ...frame,
  ...imports,
  ...outgoing,
  ...people,
  ...policy,
  ...profile,
  ...refusals,
  ...settings,
  ...stats,
  ...table,
  ...tasks,
  ...templates,
  ...whatsapp,
} as const;
